import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Engine } from '../../libs/engine/port.ts';
import type { Settings } from '../../libs/engine/settings.ts';
import { openEngine } from '../../libs/engine/index.ts';
import type { Logger } from 'pino';
import { createLogger, serverWith, type ServerOptions } from './create-server.ts';
import { HostRefused, isLoopback } from './http/host.ts';

export { createServer, type ServerOptions } from './create-server.ts';
export { HostRefused } from './http/host.ts';

export interface ServeOptions extends ServerOptions {
  /** Whether SIGTERM and SIGINT close it and end the process; the second one ends it at once. */
  readonly signals?: boolean;
}

/** A server that listens. */
export interface Served {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Stops accepting, finishes requests (10 s at most), stops the projector, closes the stores. Twice is once. */
  readonly close: () => Promise<void>;
}

const patienceMs = 10_000;

/**
 * Opens the engine, starts the roles of the settings and listens.
 *
 * @throws HostRefused for a host that others can reach where there are no API keys; what listening throws, `EADDRINUSE`
 */
export const serve = async (settings: Settings, options: ServeOptions = {}): Promise<Served> => {
  if (!isLoopback(settings.host) && (settings.apiKeys?.keys ?? []).length === 0)
    throw new HostRefused(settings.host);
  const logger = createLogger(options);
  const engine = await openEngine(settings, {
    log: (level, message, fields = {}) => logger[level](fields, message),
    // Whoever answers nobody needs no second thread.
    threads: settings.roles.has('api'),
  });
  const started: Served = await start(engine, logger).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  if (options.signals === true) closeOnSignals(started.close);
  return started;
};

const start = async (engine: Engine, logger: Logger): Promise<Served> => {
  const { host, port, roles } = engine.settings;
  const app = await serverWith(engine, logger);
  if (roles.has('projector')) engine.projector.start();
  if (roles.has('scheduler')) engine.scheduler.start();
  if (roles.has('relay')) engine.lifecycle.relay.start();
  await app.listen(port, host);
  let closing: Promise<void> | undefined;
  return { url: await app.getUrl(), close: () => (closing ??= close(app, engine)) };
};

const close = async (app: NestFastifyApplication, engine: Engine): Promise<void> => {
  const server = app.getHttpServer();
  // A stream never ends by itself; its client resumes elsewhere.
  await engine.lifecycle.streams.close();
  // Connections are kept alive after their last answer; one that is idle is no reason to wait.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const impatient = setTimeout(() => server.closeAllConnections(), patienceMs);
  await app.close();
  clearInterval(idle);
  clearTimeout(impatient);
  await engine.lifecycle.relay.stop();
  await engine.scheduler.stop();
  await engine.projector.stop();
  await engine.close();
};

const closeOnSignals = (close: () => Promise<void>): void => {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(1);
    asked = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
