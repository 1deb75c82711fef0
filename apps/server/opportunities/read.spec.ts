import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { BadRequest } from '../http/bad-request.ts';
import { readBody } from '../http/body.pipe.ts';
import { CancelOrderBody, PlaceOrderBody } from '../orders/order.dto.ts';
import { readCancel, readPlace } from '../orders/read.ts';
import {
  CloseOpportunityBody,
  MoveOpportunityBody,
  OpenOpportunityBody,
  WinOpportunityBody,
} from './opportunity.dto.ts';
import { readClose, readMove, readOpen, readWin } from './read.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 1);
const at = (instant: number): { readonly occurredAt: string } => ({
  occurredAt: new Date(instant).toISOString(),
});
const amount = { amount: 0, currency: 'EUR' };
const line = { sku: 's1', quantity: 1, amount: 0 };

// Zero, like everything that is falsy, is a value.
const commands = [
  {
    name: 'open',
    read: (more: object) => readOpen(readBody(OpenOpportunityBody, { leadId: 'l1', ...more }), now),
    least: { leadId: 'l1' },
    more: { id: 'o1', amount, name: 'Engine', owner: 'rep-3' },
  },
  {
    name: 'move',
    read: (more: object) => readMove('o1', readBody(MoveOpportunityBody, { stage: 'demo', ...more }), now),
    least: { id: 'o1', stage: 'demo' },
    more: { probability: 0 },
  },
  {
    name: 'win',
    read: (more: object) => readWin('o1', readBody(WinOpportunityBody, more), now),
    least: { id: 'o1' },
    more: { amount },
  },
  {
    name: 'lose or reopen',
    read: (more: object) => readClose('o1', readBody(CloseOpportunityBody, more), now),
    least: { id: 'o1' },
    more: { reason: 'budget' },
  },
  {
    name: 'place an order',
    read: (more: object) =>
      readPlace(readBody(PlaceOrderBody, { leadId: 'l1', total: amount, ...more }), now),
    least: { leadId: 'l1', total: amount },
    more: { id: 'r1', country: 'DE', lines: [line, { ...line, name: 'Cog' }] },
  },
  {
    name: 'cancel an order',
    read: (more: object) => readCancel('r1', readBody(CancelOrderBody, more), now),
    least: { id: 'r1' },
    more: { reason: 'broken' },
  },
];

describe.each(commands)('to $name', ({ read, least, more }) => {
  it('passes on every field that is given and none that is left out', () => {
    expect(read(more)).toStrictEqual({ ...least, ...more });
    expect(read({})).toStrictEqual(least);
  });

  it('may lie in the past and a day ahead, but no more', () => {
    expect(read(at(0))).toStrictEqual({ ...least, occurredAt: 0 });
    expect(read(at(now + day))).toStrictEqual({ ...least, occurredAt: now + day });
    expect(() => read(at(now + day + 1))).toThrow(BadRequest);
  });
});
