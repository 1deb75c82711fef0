import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import {
  checkAddress,
  checkAddresses,
  checkTarget,
  literal,
  TargetRefused,
  type TargetRules,
} from './target.ts';

/** How a request ended. */
export interface Answer {
  readonly status: number | null;
  /** Null when the answer was a success: 2xx. */
  readonly error: string | null;
  /** Its Retry-After. */
  readonly retryAfter?: string;
}

/** Posts to webhooks' addresses. */
export interface Sender {
  /** Never rejects; what goes wrong is the answer. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  close(): void;
}

export interface SenderOptions extends TargetRules {
  /** For all of one request, ms; 15,000 by default. */
  readonly timeoutMs?: number;
  /** Looks names up; the system's resolver by default. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/** Of an answer's body; what is longer is cut off. It is read only so that the connection can be used again. */
const mostBytes = 65_536;

const systemResolve = (hostname: string): Promise<readonly LookupAddress[]> =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/** As a resolver says it; Node's own connecting code breaks on an empty list. */
const noAddress = (hostname: string): Error =>
  Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });

/**
 * The very addresses that were checked are those that are connected to: a name that means something else a moment later (DNS rebinding) gains
 * nothing.
 */
const checkedLookup =
  (resolve: NonNullable<SenderOptions['resolve']>, secure: boolean, rules: TargetRules): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname).then(
      addresses => {
        try {
          checkAddresses(addresses, secure, rules);
        } catch (error) {
          callback(error as Error, '');
          return;
        }
        const [first] = addresses;
        if (first === undefined) callback(noAddress(hostname), '');
        else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, ''),
    );
  };

const kindOf = (error: unknown): string => {
  if (error instanceof TargetRefused) return 'target-refused';
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  const text = typeof code === 'string' ? code : '';
  if (text === 'ENOTFOUND' || text.startsWith('EAI_')) return 'dns';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(text)) return 'tls';
  return 'connection';
};

/** Reads an answer's body to its end, or as much of it as is put up with. */
const drain = (response: IncomingMessage): Promise<void> =>
  new Promise(resolve => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) response.destroy();
    });
    response.once('close', resolve);
    response.once('error', () => resolve());
  });

/**
 * Makes a sender. It connects to allowed addresses only, follows no redirect, waits for so long and reads so much of an answer.
 *
 * @example
 * const sender = createSender({ allowed: [] });
 * await sender.post('https://crm.example.org/hooks', headers, body); // { status: 200, error: null }
 */
export const createSender = (options: SenderOptions): Sender => {
  const { timeoutMs = 15_000, resolve = systemResolve } = options;
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: 60_000 }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: 60_000 }),
  };

  const send = (
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<IncomingMessage> =>
    new Promise((done, failed) => {
      const secure = url.protocol === 'https:';
      const address = literal(url.hostname);
      // Node looks up no address, so it is checked here.
      if (address !== null) checkAddress(address, secure, options);
      const signal = AbortSignal.timeout(timeoutMs);
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: secure ? agents['https:'] : agents['http:'],
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: checkedLookup(resolve, secure, options),
        signal,
      });
      request.once('response', response => {
        void drain(response).then(() => {
          if (signal.aborted) failed(signal.reason as Error);
          else done(response);
        });
      });
      request.once('error', failed);
      request.end(body);
    });

  return {
    post: async (url, headers, body) => {
      try {
        const { statusCode: status = 0, headers: given } = await send(
          checkTarget(url, options),
          headers,
          body,
        );
        const after = given['retry-after'];
        return {
          status,
          error: status >= 200 && status < 300 ? null : 'status',
          ...(after === undefined ? {} : { retryAfter: after }),
        };
      } catch (error) {
        return { status: null, error: kindOf(error) };
      }
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};
