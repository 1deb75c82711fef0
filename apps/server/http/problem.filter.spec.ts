import { describe, expect, it } from '@jest/globals';
import { NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { pino } from 'pino';
import { NotFound } from '../../../libs/domain/errors.ts';
import { ProblemFilter } from './problem.filter.ts';

interface Answer {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body?: Readonly<Record<string, unknown>>;
}

const catchError = (
  error: unknown,
  { is404 = false, url = '/v1/leads/l1?a=1', sent = false } = {},
): Answer & { readonly log: string } => {
  const answer: Answer = {};
  const lines: string[] = [];
  const reply = {
    sent,
    code: (status: number) => {
      answer.status = status;
      return reply;
    },
    headers: (headers: Record<string, string>) => {
      answer.headers = headers;
      return reply;
    },
    type: () => reply,
    send: (body: string) => {
      answer.body = JSON.parse(body) as Record<string, unknown>;
    },
  };
  const request = { is404, url, id: 'r1', routeOptions: { url: '/v1/leads/:id' } };
  const host = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) };
  const routes = { methodsOf: (path: string) => (path === '/v1/leads' ? ['GET', 'POST'] : []) };
  const logger = pino({ base: null }, { write: line => lines.push(line) });
  new ProblemFilter(logger, routes, ['funnel', 'churn']).catch(error, host as unknown as ArgumentsHost);
  return { ...answer, log: lines.join('') };
};

describe('ProblemFilter', () => {
  it('names the methods of an address that takes others', () => {
    const found = catchError(new NotFoundException(), { is404: true, url: '/v1/leads?a=/x' });
    expect([found.status, found.headers?.allow, found.body?.type]).toEqual([
      405,
      'GET, POST',
      '/problems/method-not-allowed',
    ]);
  });

  it('points to what there is where an address is unknown', () => {
    const found = catchError(new NotFoundException(), { is404: true, url: '/v1/funnels' });
    expect(found.status).toBe(404);
    expect(found.headers).not.toHaveProperty('allow');
    expect(found.body?.detail).toContain('/v1/funnel, /v1/churn,');
  });

  it('takes a lead that is unknown for that, not for an address', () => {
    const found = catchError(new NotFound('lead', 'l1'));
    expect([found.status, found.body?.type]).toEqual([404, '/problems/not-found']);
    expect(found.log).toBe('');
  });

  it.each([new Error('ann@example.org broke it'), 'ann@example.org', { email: 'ann@example.org' }, null])(
    'tells nobody what a bug quotes, in the answer or in the log: %p',
    error => {
      const found = catchError(error);
      expect([found.status, found.body?.requestId, found.headers]).toEqual([
        500,
        'r1',
        { 'x-request-id': 'r1' },
      ]);
      expect(JSON.stringify(found)).not.toContain('ann@');
      expect(JSON.parse(found.log)).toMatchObject({ requestId: 'r1', route: '/v1/leads/:id', msg: 'bug' });
    },
  );

  it('notes where a bug is, with the message’s own lines left out', () => {
    const found = catchError(new TypeError('first\n at line ann@example.org\nsecond'));
    const { err } = JSON.parse(found.log) as { err: { type: string; stack: readonly string[] } };
    expect(err.type).toBe('TypeError');
    expect(err.stack.some(line => line.includes('problem.filter.spec'))).toBe(true);
    expect(err.stack.length).toBeLessThanOrEqual(15);
    expect(found.log).not.toMatch(/second|ann@/);
  });

  it('sends nothing into an answer that is under way', () => {
    expect(catchError(new NotFound('lead', 'l1'), { sent: true }).status).toBeUndefined();
  });
});
