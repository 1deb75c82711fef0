import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { NotFound, RuleViolation } from '../../../libs/domain/errors.ts';
import {
  InvalidAppend,
  StoreUnavailable,
  UnreadableEvent,
  WrongExpectedRevision,
} from '../../../libs/event-store/errors.ts';
import { InvalidDeliveryCursor } from '../../../libs/lifecycle/index.ts';
import { InvalidQuery } from '../../../libs/metrics/errors.ts';
import { NoSuchProjection, ProjectionBehind } from '../../../libs/projecting/port.ts';
import {
  InvalidCursor,
  InvalidRequest,
  ReadStoreUnavailable,
  UnknownDimension,
  UnknownProjection,
} from '../../../libs/read-store/errors.ts';
import { BadRequest } from './bad-request.ts';
import type { Problem } from './problem.ts';

const soon = { 'retry-after': '1' };

// Rules of the read store that a query can break; the others are kept by the code that writes.
const askedFor: ReadonlySet<string> = new Set(['day', 'dimension', 'limit', 'measure', 'query']);

/**
 * What a client is told about an error; null when it is none that a client can cause, so a bug.
 * The only place where errors become HTTP.
 */
export const problemOf = (error: unknown): Problem | null => {
  if (error instanceof BadRequest) return malformed('malformed', error.message, { errors: error.errors });
  if (error instanceof InvalidQuery)
    return malformed('invalid-query', error.message, {
      errors: [{ path: error.path, message: error.message }],
      known: error.known,
    });
  if (error instanceof UnknownDimension)
    return malformed('unknown-dimension', error.message, { known: error.known });
  if (error instanceof InvalidRequest && askedFor.has(error.rule))
    return malformed('invalid-query', error.message);
  if (error instanceof InvalidCursor || error instanceof InvalidDeliveryCursor)
    return malformed('invalid-cursor', error.message);
  if (error instanceof NotFound)
    return { status: 404, name: 'not-found', title: 'Not found', detail: error.message };
  if (error instanceof NoSuchProjection)
    return {
      status: 404,
      name: 'unknown-projection',
      title: 'No such projection',
      detail: error.message,
      members: { known: error.known },
    };
  if (error instanceof UnreadableEvent)
    return { status: 500, name: 'log-damaged', title: 'The log is damaged', detail: error.message };
  return commandProblem(error) ?? awayProblem(error) ?? frameworkProblem(error);
};

const malformed = (name: string, detail: string, members: Problem['members'] = {}): Problem => ({
  status: 400,
  name,
  title: 'Malformed request',
  detail,
  members,
});

const commandProblem = (error: unknown): Problem | null => {
  if (error instanceof RuleViolation)
    return {
      status: 422,
      name: error.rule,
      title: 'Refused by a rule',
      detail: error.message,
      members: error.fields,
    };
  if (error instanceof WrongExpectedRevision)
    return {
      status: 409,
      name: 'revision-conflict',
      title: 'Somebody else was faster',
      detail: error.message,
      members: { currentRevision: error.actual },
    };
  if (error instanceof InvalidAppend)
    return error.rule === 'too-many-bytes'
      ? { status: 413, name: error.rule, title: 'Too large', detail: error.message }
      : { status: 422, name: error.rule, title: 'Refused by the log', detail: error.message };
  return null;
};

const awayProblem = (error: unknown): Problem | null => {
  const away = (name: string, title: string, detail: string): Problem => ({
    status: 503,
    name,
    title,
    detail,
    headers: soon,
  });
  // The store's own message may hold paths and addresses; it belongs in the log.
  if (error instanceof StoreUnavailable)
    return error.outcomeUnknown
      ? away(
          'outcome-unknown',
          'Outcome unknown',
          'the store could not say whether it took the events; repeat the request with the same Idempotency-Key',
        )
      : away('store-unavailable', 'Store unavailable', 'a store is away; nothing was written, try again');
  if (error instanceof ReadStoreUnavailable)
    return away('store-unavailable', 'Store unavailable', 'the read store is away; try again');
  if (error instanceof ProjectionBehind)
    return {
      ...away('projection-behind', 'Read model behind', error.message),
      members: { position: error.position },
    };
  if (error instanceof UnknownProjection)
    return away('projection-behind', 'Read model behind', 'the read model is being replaced; try again');
  return null;
};

const titles: Readonly<Record<number, readonly [name: string, title: string]>> = {
  400: ['malformed', 'Malformed request'],
  401: ['unauthorized', 'Unauthorized'],
  403: ['forbidden', 'Forbidden'],
  404: ['not-found', 'Not found'],
  405: ['method-not-allowed', 'Method not allowed'],
  408: ['timeout', 'Request timeout'],
  413: ['too-large', 'Too large'],
  414: ['uri-too-long', 'Address too long'],
  415: ['unsupported-media-type', 'Unsupported media type'],
  421: ['misdirected', 'Misdirected request'],
  429: ['too-many-requests', 'Too many requests'],
  431: ['headers-too-large', 'Headers too large'],
  503: ['unavailable', 'Unavailable'],
};

/** The framework's own refusals, by their status. */
export const refusal = (status: number, detail: string): Problem => {
  const [name, title] = titles[status] ?? ['refused', 'Refused'];
  return { status, name, title, detail };
};

const frameworkProblem = (error: unknown): Problem | null => {
  if (error instanceof ServiceUnavailableException) {
    const { details } = error.getResponse() as { readonly details?: unknown };
    return {
      ...refusal(503, 'not ready; checks tells what is down'),
      headers: soon,
      members: details === undefined ? {} : { checks: details },
    };
  }
  const status = statusOf(error);
  return status === null || status >= 500 ? null : refusal(status, detailOf(status, error));
};

const statusOf = (error: unknown): number | null => {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify's errors that did not pass through Nest.
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return null;
};

const details: Readonly<Record<number, string>> = {
  413: 'the body is too large: 1 MB at most, 5 MB for touchpoints',
  415: 'the body must be application/json in UTF-8',
};

const detailOf = (status: number, error: unknown): string =>
  details[status] ?? (error instanceof Error ? error.message : 'refused');
