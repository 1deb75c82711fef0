import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Logger as NestLogger } from 'nestjs-pino';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Engine } from '../../libs/engine/port.ts';
import { useAccess } from './access/use-access.ts';
import { AppModule } from './app.module.ts';
import { BodyPipe } from './http/body.pipe.ts';
import { bodyLimits, fastifyOptions, useHooks, useStrictJson } from './http/fastify.ts';
import { serveOpenApi } from './http/openapi.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { watchRoutes } from './http/routes.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

export interface ServerOptions {
  /** Of pino; level `info` where left out. */
  readonly logger?: LoggerOptions;
  /** Where the log goes; standard output where left out. */
  readonly destination?: DestinationStream;
}

// What goes wrong is thrown, and bodies are parsed by this server's own rules.
const nestOptions: object = { bodyParser: false, bufferLogs: true, abortOnError: false };

/** One JSON line per entry on standard output. */
export const createLogger = (options: ServerOptions = {}): Logger =>
  pino(
    { base: undefined, timestamp: pino.stdTimeFunctions.isoTime, ...options.logger },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );

/** The application over an opened engine, ready to listen. Closing it leaves the engine open. */
export const createServer = (engine: Engine, options: ServerOptions = {}): Promise<NestFastifyApplication> =>
  serverWith(engine, createLogger(options));

/** The same with a logger that is there already. */
export const serverWith = async (engine: Engine, logger: Logger): Promise<NestFastifyApplication> => {
  const telemetry = createTelemetry(engine);
  const adapter = new FastifyAdapter({ ...fastifyOptions, skipMiddie: true });
  const fastify = adapter.getInstance<FastifyInstance>();
  const routes = watchRoutes(fastify, bodyLimits);
  useStrictJson(fastify);
  useHooks(fastify, logger, telemetry, { anyHost: engine.settings.apiKeys !== null });
  useAccess(fastify, logger, engine.settings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.over(engine, telemetry, logger),
    adapter,
    nestOptions,
  );
  app.useLogger(app.get(NestLogger));
  app.useGlobalPipes(new BodyPipe());
  app.useGlobalFilters(
    new ProblemFilter(
      logger,
      routes,
      engine.metrics.map(metric => metric.name),
    ),
  );
  serveOpenApi(app);
  await app.init();
  return app;
};
