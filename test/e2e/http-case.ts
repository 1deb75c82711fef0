import type { Call } from './http-server.ts';

/** A request that must be refused, and how. */
export interface Case {
  readonly what: string;
  readonly path: string;
  readonly call: Call;
  readonly status: number;
  /** Last part of the problem's type. */
  readonly type: string;
  /** What the detail or the errors have to say. */
  readonly says: RegExp;
}

/** A body posted. */
export const post = (
  what: string,
  path: string,
  body: unknown,
  says: RegExp,
  status = 400,
  type = 'malformed',
): Case => ({ what, path, call: { method: 'POST', body }, status, type, says });

/** A body that is no JSON of ours, posted to `/v1/leads`. */
export const raw = (
  what: string,
  body: string | Buffer,
  says: RegExp,
  status = 400,
  type = 'malformed',
): Case => ({
  what,
  path: '/v1/leads',
  call: { method: 'POST', raw: body },
  status,
  type,
  says,
});

/** A query. */
export const get = (what: string, path: string, says: RegExp, status = 400, type = 'malformed'): Case => ({
  what,
  path,
  call: {},
  status,
  type,
  says,
});

/** ISO 8601, from now. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
