import { describe, expect, it } from '@jest/globals';
import { BadRequestException, PayloadTooLargeException, ServiceUnavailableException } from '@nestjs/common';
import { NotFound, RuleViolation } from '../../../libs/domain/errors.ts';
import {
  InvalidAppend,
  StoreUnavailable,
  UnreadableEvent,
  WrongExpectedRevision,
} from '../../../libs/event-store/errors.ts';
import { InvalidQuery } from '../../../libs/metrics/errors.ts';
import { NoSuchProjection, ProjectionBehind } from '../../../libs/projecting/port.ts';
import {
  InvalidCursor,
  InvalidRequest,
  UnknownDimension,
  UnknownProjection,
} from '../../../libs/read-store/errors.ts';
import { BadRequest } from './bad-request.ts';
import { problemDocument } from './problem.ts';
import { problemOf } from './problem-of.ts';

describe('problemOf', () => {
  it.each<[unknown, number, string]>([
    [new BadRequest([{ path: 'a', message: 'must be b' }]), 400, 'malformed'],
    [new InvalidQuery('by', 'unknown dimension', ['origin']), 400, 'invalid-query'],
    [new UnknownDimension('x', ['origin']), 400, 'unknown-dimension'],
    [new InvalidRequest('day', 'no day'), 400, 'invalid-query'],
    [new InvalidCursor(), 400, 'invalid-cursor'],
    [new NotFound('lead', 'x'), 404, 'not-found'],
    [new NoSuchProjection('x', ['lead-funnel']), 404, 'unknown-projection'],
    [new WrongExpectedRevision('lead-x', 1, 3), 409, 'revision-conflict'],
    [new InvalidAppend('too-many-bytes', 'too large'), 413, 'too-many-bytes'],
    [new InvalidAppend('event-time', 'no time'), 422, 'event-time'],
    [new RuleViolation('identity-conflict', 'two leads'), 422, 'identity-conflict'],
    [new StoreUnavailable('disk'), 503, 'store-unavailable'],
    [new StoreUnavailable('disk', true), 503, 'outcome-unknown'],
    [new ProjectionBehind('lead-funnel', 9, 5), 503, 'projection-behind'],
    [new UnknownProjection({ name: 'lead-funnel', generation: 1 }), 503, 'projection-behind'],
    [new UnreadableEvent({ stream: 'lead-x', revision: 1, position: 2 }, 'broken'), 500, 'log-damaged'],
    [new PayloadTooLargeException(), 413, 'too-large'],
    [Object.assign(new Error('x'), { statusCode: 415 }), 415, 'unsupported-media-type'],
    [new BadRequestException('odd address'), 400, 'malformed'],
    [new ServiceUnavailableException({ details: {} }), 503, 'unavailable'],
  ])('knows %p', (error, status, name) => {
    expect(problemOf(error)).toMatchObject({ status, name });
  });

  it.each([
    [new Error('surprise')],
    [new TypeError('x is not a function')],
    [new InvalidRequest('schema', 'written wrongly')],
    [Object.assign(new Error('x'), { statusCode: 500 })],
    ['a text'],
    [undefined],
  ])('takes %p for a bug', error => {
    expect(problemOf(error)).toBeNull();
  });

  it('asks to come back for everything that passes', () => {
    for (const error of [new StoreUnavailable('x'), new ProjectionBehind('x', 2, 1)])
      expect(problemOf(error)?.headers).toEqual({ 'retry-after': '1' });
  });

  it('says where a stream stands that somebody else has written to', () => {
    expect(problemOf(new WrongExpectedRevision('lead-x', 1, 3))?.members).toEqual({ currentRevision: 3 });
  });

  it("keeps a store's own words to itself", () => {
    expect(problemOf(new StoreUnavailable('/var/lib/leadfold/log.sqlite is locked'))?.detail).not.toContain(
      '/var',
    );
  });
});

describe('problemDocument', () => {
  it('lets no field of a rule take the place of a standard member', () => {
    const problem = problemOf(new RuleViolation('r', 'why', { status: 'won', type: 'x', leadId: 'l1' }));
    expect(problemDocument(problem!, 'req-1')).toEqual({
      type: '/problems/r',
      title: 'Refused by a rule',
      status: 422,
      detail: 'why',
      requestId: 'req-1',
      leadId: 'l1',
    });
  });
});
