import { describe, expect, it } from '@jest/globals';
import type { Delivery, Webhook } from '../../../libs/lifecycle/index.ts';
import { deliveryRow, deliveryTable, webhookRow, webhookTable } from './webhook-tables.ts';

const webhook: Webhook = {
  webhookId: 'crm',
  url: 'https://hooks.example.org/',
  types: ['leadfold.order.placed', 'leadfold.lead.captured'],
  status: 'disabled',
  disabled: 'failing',
  secretVersion: 2,
  registered: 7,
  createdAt: Date.UTC(2026, 0, 1),
  statusSince: Date.UTC(2026, 0, 9),
  urlSince: Date.UTC(2026, 0, 1),
  rotatedAt: null,
  failingSince: Date.UTC(2026, 0, 6),
};
const delivery: Delivery = {
  webhookId: 'crm',
  id: 'e1',
  position: 9,
  ordinal: 0,
  leadId: 'l1',
  type: 'leadfold.order.placed',
  stream: 'order-1',
  revision: 0,
  status: 'pending',
  attempts: [
    { at: Date.UTC(2026, 0, 2), ms: 5, status: 503, error: 'status', byHand: false },
    { at: Date.UTC(2026, 0, 3), ms: 5, status: null, error: 'timeout', byHand: false },
  ],
  dueAt: Date.UTC(2026, 0, 4),
  doneAt: null,
  askedAt: null,
};

describe('webhooks as the command line shows them', () => {
  it('say what they are told, and why they are not', () => {
    expect(webhookRow(webhook)).toEqual({
      id: 'crm',
      url: 'https://hooks.example.org/',
      types: ['leadfold.order.placed', 'leadfold.lead.captured'],
      status: 'disabled',
      disabledReason: 'failing',
      failingSince: '2026-01-06T00:00:00.000Z',
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    expect(webhookTable([webhook], null)).toContain('failing since 2026-01-06T00:00:00.000Z');
    const active = { ...webhook, status: 'active', disabled: null, failingSince: null } as const;
    expect(webhookTable([active], null)).toMatch(/order\.placed lead\.captured +active +–/);
  });
});

describe('deliveries as the command line shows them', () => {
  it('say how the last attempt ended, whether or not there was an answer', () => {
    expect(deliveryRow(delivery)).toMatchObject({ attempts: 2, lastAnswer: 'timeout' });
    const answered = { ...delivery, attempts: delivery.attempts.slice(0, 1) };
    expect(deliveryRow(answered)).toMatchObject({ attempts: 1, lastAnswer: '503' });
    expect(deliveryRow({ ...delivery, attempts: [] })).toMatchObject({
      lastAnswer: null,
      lastAttemptAt: null,
    });
    expect(deliveryTable([{ ...delivery, attempts: [], dueAt: null }], null)).toMatch(/pending +0 +– +– +–/);
  });
});
