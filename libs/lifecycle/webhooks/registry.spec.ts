import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../event-store/port.ts';
import { openSqliteEventStore } from '../../event-store/sqlite/index.ts';
import { recordedAt } from '../testing.ts';
import { createRegistry, foldWebhook, type Webhook } from './registry.ts';

const registered = {
  ...recordedAt(7, 'WebhookRegistered', { webhookId: 'w1', url: 'https://a.example/', types: ['t'] }),
};
const later = (position: number, type: string, data: object = {}) =>
  recordedAt(position, type, { webhookId: 'w1', ...data });
const fold = (...events: readonly ReturnType<typeof later>[]): Webhook | null =>
  events.reduce<Webhook | null>(foldWebhook, null);

describe('a webhook as its events make it', () => {
  it('begins with its registration, where deliveries begin', () => {
    expect(fold(registered)).toEqual({
      webhookId: 'w1',
      status: 'active',
      url: 'https://a.example/',
      types: ['t'],
      disabled: null,
      secretVersion: 1,
      registered: 7,
      createdAt: registered.occurredAt,
      statusSince: registered.occurredAt,
      urlSince: registered.occurredAt,
      rotatedAt: null,
      failingSince: null,
    });
  });

  it('knows since when its status is what it is, and why', () => {
    const disabled = later(9, 'WebhookDisabled', { reason: 'failing', failingSince: 5 });
    const changed = later(11, 'WebhookChanged', { types: ['u'] });
    expect(fold(registered, disabled, changed)).toMatchObject({
      status: 'disabled',
      disabled: 'failing',
      failingSince: 5,
      statusSince: disabled.occurredAt,
      types: ['u'],
      registered: 7,
    });
    const enabled = later(12, 'WebhookEnabled');
    expect(fold(registered, disabled, changed, enabled)).toMatchObject({
      status: 'active',
      failingSince: null,
      statusSince: enabled.occurredAt,
    });
  });

  it('knows since when it has its address', () => {
    const rotated = later(8, 'WebhookSecretRotated', { secretVersion: 2 });
    const types = later(9, 'WebhookChanged', { types: ['u'] });
    expect(fold(registered, rotated, types)!.urlSince).toBe(registered.occurredAt);
    const moved = later(10, 'WebhookChanged', { url: 'https://b.example/' });
    expect(fold(registered, moved, later(11, 'WebhookDisabled', { reason: 'asked' }))!.urlSince).toBe(
      moved.occurredAt,
    );
    const query = later(12, 'WebhookChanged', { url: 'https://b.example/', personal: { query: '?k=1' } });
    expect(fold(registered, moved, query)!.urlSince).toBe(query.occurredAt);
  });

  it('knows when its secret was replaced', () => {
    const rotated = later(9, 'WebhookSecretRotated', { secretVersion: 2 });
    expect(fold(registered, rotated, later(10, 'WebhookChanged', { types: ['u'] }))).toMatchObject({
      secretVersion: 2,
      rotatedAt: rotated.occurredAt,
    });
  });

  it('is gone when it was deleted', () => {
    expect(fold(registered, later(9, 'WebhookDeleted'))).toBeNull();
  });
});

describe('the registry', () => {
  let events: EventStore;
  beforeEach(() => {
    events = openSqliteEventStore({ file: ':memory:' });
  });
  afterEach(() => events.close());

  const append = async (webhookId: string, type: string, data: object = {}): Promise<void> => {
    const event = { id: crypto.randomUUID(), type, version: 1, occurredAt: 1, metadata: {} };
    await events.append(`webhook-${webhookId}`, [{ ...event, data: { webhookId, ...data } }], 'ANY');
  };
  const register = (id: string) =>
    append(id, 'WebhookRegistered', { url: 'https://a.example/', types: ['t'] });

  it('tells what there is now, in the order of registration', async () => {
    const registry = createRegistry(events);
    expect([...(await registry.current()).keys()]).toEqual([]);
    await register('b');
    await register('a');
    expect([...(await registry.current()).keys()]).toEqual(['b', 'a']);
    await append('b', 'WebhookDeleted');
    expect([...(await registry.current()).keys()]).toEqual(['a']);
  });

  it('reads only what is new, and each event once though many ask at once', async () => {
    const asked: number[] = [];
    const find: EventStore['find'] = (filter, after, limit) => {
      asked.push(after);
      return events.find(filter, after, limit);
    };
    const registry = createRegistry({ find, head: () => events.head() });
    await register('a');
    await Promise.all(Array.from({ length: 5 }, () => registry.current()));
    await append('a', 'WebhookSecretRotated', { secretVersion: 2 });
    const [one, other] = await Promise.all([registry.current(), registry.current()]);
    expect([one.get('a')!.secretVersion, other.get('a')!.secretVersion]).toEqual([2, 2]);
    expect(asked.filter(after => after === 0)).toHaveLength(1);
  });

  it('goes on after the log was away', async () => {
    await register('a');
    let away = true;
    const find: EventStore['find'] = (...given) =>
      away ? Promise.reject(new Error('away')) : events.find(...given);
    const registry = createRegistry({ find, head: () => events.head() });
    await expect(registry.current()).rejects.toThrow('away');
    away = false;
    expect([...(await registry.current()).keys()]).toEqual(['a']);
  });
});
