import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createServer } from '../../apps/server/serve.ts';
import { openEngine, parseSettings, type Engine, type EngineOptions } from '../../libs/engine/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Document;
}

type Texts = Readonly<Record<string, string>>;
type Numbers = Readonly<Record<string, number>>;
type Values = Readonly<Record<string, string | number | null>>;

/** An entry of a list: an event, an entity, a cell, a projection. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly position: number;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly adds: Numbers;
  readonly by: Values;
  readonly sums: Numbers;
  readonly cell: Values;
  readonly outcome: string;
  readonly leads: number;
  readonly won: number;
  readonly closeRate: number;
  readonly path: string;
}

/** The members of all answers; a test reads those of the answer that it asked for. */
export interface Document {
  readonly id: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly Entry[];
  readonly results: readonly Entry[];
  readonly rows: readonly Entry[];
  readonly data: readonly Entry[];
  readonly nextCursor: string | null;
  readonly projection: string;
  readonly total: Numbers;
  readonly contributions: readonly Entry[];
  readonly events: readonly Entry[];
  readonly checks: Readonly<Record<string, Texts>>;
}

export interface Call {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Harness {
  readonly engine: Engine;
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Lines of the server's log. */
  readonly log: readonly string[];
  readonly call: (path: string, call?: Call) => Promise<Answer>;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** A server that really listens, over real stores in a temporary folder. */
export const startServer = async (
  environment: Readonly<Record<string, string>> = {},
  options: EngineOptions = {},
): Promise<Harness> => {
  const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  const settings = parseSettings({ LEADFOLD_DATA: folder, ...environment });
  const engine = await openEngine(settings, options);
  const log: string[] = [];
  const app = await createServer(engine, { logger: { level: 'info' }, destination: collector(log) });
  engine.projector.start();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const call = (path: string, options: Call = {}): Promise<Answer> => send(`${url}${path}`, options);
  return {
    engine,
    url,
    app,
    log,
    call,
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, body, headers = {}) => call(path, { method: 'POST', body, headers }),
    close: async () => {
      await app.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const collector = (lines: string[]): Writable =>
  new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(chunk.toString());
      done();
    },
  });

/** Node's own client, because it lets a test send what no browser would. */
export const send = (url: string, { method, body, raw, headers = {} }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    let answered = false;
    const request = httpRequest(
      url,
      {
        method: method ?? (payload === undefined ? 'GET' : 'POST'),
        agent: false,
        headers: {
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      },
      response => {
        answered = true;
        const chunks: Buffer[] = [];
        const done = (): void => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: (isJson && text !== '' ? JSON.parse(text) : {}) as Document,
          });
        };
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', done);
        response.on('error', reject);
      },
    );
    // A refusal of a large body may come before the body has been sent.
    request.on('error', error => {
      if (!answered) reject(error);
    });
    request.end(payload);
  });
