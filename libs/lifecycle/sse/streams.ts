import type { Feed, Stretch } from '../feed.ts';
import type { ReadOn } from '../read-on.ts';
import { createClient, wants, type Client } from './client.ts';
import { frames, opening } from './frames.ts';
import type { Sink, Streams } from './port.ts';

export interface StreamsOptions {
  readonly feed: Feed;
  readonly readOn: ReadOn;
  /** How long a stream may be silent, ms; 15,000 by default. */
  readonly heartbeatMs?: number;
  /** How long a client may not keep up before it is cut off, ms; 60,000 by default. It can resume. */
  readonly patienceMs?: number;
  /** How long a client waits before it comes again, ms; 2,000 by default. */
  readonly retryMs?: number;
  readonly log?: (level: 'warn', message: string) => void;
}

/** All clients that want the same are sent the same bytes. */
interface Chunk {
  readonly bytes: Buffer | null;
  readonly events: number;
}

const keyOf = (types: ReadonlySet<string> | null): string =>
  types === null ? '*' : [...types].sort().join();

const chunkOf = ({ events }: Stretch, types: ReadonlySet<string> | null): Chunk => {
  const wanted = events.filter(event => wants(types, event));
  return {
    bytes: wanted.length === 0 ? null : Buffer.from(frames(wanted)),
    events: wanted.length,
  };
};

/**
 * Streams lifecycle events to any number of clients. The log's end is read once for all of them; whoever is behind reads by himself.
 *
 * @example
 * const streams = createStreams({ feed, readOn: createReadOn(events, toLifecycle) });
 * const gone = streams.open(sink, { types: new Set(['leadfold.order.placed']), after: 81234 });
 */
export const createStreams = (options: StreamsOptions): Streams => {
  const { feed, readOn, heartbeatMs = 15_000, patienceMs = 60_000, retryMs = 2_000 } = options;
  const clients = new Map<Client, { readonly sink: Sink; readonly key: string }>();
  let delivered = 0;
  let quiet: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const distribute = (stretch: Stretch): void => {
    const chunks = new Map<string, Chunk>();
    for (const [client, { key }] of clients) {
      if (!client.ready() || (client.position() ?? stretch.from) !== stretch.from) {
        client.catchUp();
        continue;
      }
      let chunk = chunks.get(key);
      if (chunk === undefined) chunks.set(key, (chunk = chunkOf(stretch, client.types)));
      client.take(chunk.bytes, stretch.to);
      delivered += chunk.events;
    }
  };

  const look = (): void => {
    const now = performance.now();
    for (const [client, { sink }] of clients) {
      const blocked = client.blockedSince();
      if (blocked !== null && now - blocked >= patienceMs) sink.drop();
      else client.beat(now - heartbeatMs);
    }
  };

  const forget = (client: Client): void => {
    client.close();
    clients.delete(client);
    if (clients.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    quiet?.();
    quiet = undefined;
  };

  return {
    open: (sink, { types, after }) => {
      if (closed) {
        sink.end();
        return () => undefined;
      }
      const client = createClient({
        sink,
        types,
        after,
        feed,
        readOn,
        count: events => (delivered += events),
        log: message => options.log?.('warn', message),
      });
      clients.set(client, { sink, key: keyOf(types) });
      quiet ??= feed.listen(distribute);
      timer ??= setInterval(look, Math.min(heartbeatMs, patienceMs) / 3).unref();
      sink.write(opening(retryMs));
      client.catchUp();
      return () => forget(client);
    },
    close: async () => {
      closed = true;
      for (const [client, { sink }] of [...clients]) {
        forget(client);
        sink.end();
      }
      await feed.stop();
    },
    status: () => ({
      clients: clients.size,
      blocked: [...clients.keys()].filter(client => client.blockedSince() !== null).length,
      delivered,
    }),
  };
};
