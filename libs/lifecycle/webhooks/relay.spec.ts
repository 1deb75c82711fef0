import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { temporaryFolder } from '../../../test/support/folder.ts';
import type { EventStore } from '../../event-store/port.ts';
import { openSqliteEventStore } from '../../event-store/sqlite/index.ts';
import { createKeyedHash } from '../../handling/keyed-hash.ts';
import { openSqliteCheckpoints } from '../checkpoints/sqlite.ts';
import { openSqliteDeliveries } from '../deliveries/sqlite.ts';
import { createFeed } from '../feed.ts';
import type { CheckpointStore } from '../port.ts';
import { createReadOn } from '../read-on.ts';
import type { RelayPart } from '../relay.ts';
import { recordedAt, testMapping, until } from '../testing.ts';
import { createWebhookCommands, type WebhookCommands } from './commands.ts';
import type { DeliveryStore } from './port.ts';
import { createRegistry } from './registry.ts';
import { createWebhookRelay } from './relay.ts';
import { createSender, type Sender } from './send.ts';
import { parseNetworks } from './target.ts';
import { startReceiver, type Receiver } from './testing.ts';

const day = 86_400_000;
const secret = 'workspace-secret-of-the-specification';
const targets = { allowed: parseNetworks('127.0.0.0/8') };
const context = { command: 'test', actor: 'test' };
const [placed, captured] = ['leadfold.order.placed', 'leadfold.lead.captured'];

let folder: ReturnType<typeof temporaryFolder>;
let events: EventStore;
let deliveries: DeliveryStore;
let checkpoints: CheckpointStore;
let commands: WebhookCommands;
let receiver: Receiver;
let sender: Sender;
let relays: RelayPart[];
let now: number;
let place: number;

const clock = (): number => now;
const newId = (): string => crypto.randomUUID();

beforeEach(async () => {
  folder = temporaryFolder();
  const file = join(folder.path, 'relay.sqlite');
  now = Date.UTC(2026, 5, 1);
  place = 0;
  relays = [];
  events = openSqliteEventStore({ file: join(folder.path, 'log.sqlite'), clock });
  checkpoints = openSqliteCheckpoints({ file });
  deliveries = openSqliteDeliveries({ file });
  commands = createWebhookCommands({
    events,
    clock,
    newId,
    hash: createKeyedHash(secret),
    secret,
    targets,
  });
  sender = createSender({ ...targets, timeoutMs: 2_000 });
  receiver = await startReceiver();
});
afterEach(async () => {
  await Promise.all(relays.map(relay => relay.stop()));
  await receiver.close();
  sender.close();
  await deliveries.close();
  await checkpoints.close();
  await events.close();
  folder.remove();
});

const start = (owner = 'a'): RelayPart => {
  const feed = createFeed({ events, toLifecycle: testMapping });
  const relay = createWebhookRelay({
    events,
    toLifecycle: testMapping,
    feed,
    readOn: createReadOn(events, testMapping),
    registry: createRegistry(events),
    checkpoints,
    deliveries,
    sender,
    clock,
    secret,
    owner,
    random: () => 0,
    lookMs: 10,
    giveUp: commands.giveUp,
  });
  relays.push(relay);
  relay.start();
  return relay;
};

const register = (types: readonly string[] = [placed], url = receiver.url) =>
  commands.register({ id: 'w1', url, types }, context);

const append = async (...made: readonly (readonly [type: string, leadId: string, data?: object])[]) => {
  for (const [type, leadId, data] of made) {
    const event = recordedAt(++place, type, { leadId, ...data });
    const { id, version, occurredAt, metadata } = event;
    const stream = `lead-${leadId}`;
    await events.append(stream, [{ id, type, version, occurredAt, data: event.data, metadata }], 'ANY');
  }
};
const orders = (count: number, leadId = 'l1') =>
  append(...Array.from({ length: count }, () => ['OrderPlaced', leadId] as const));

const taken = (): readonly number[] =>
  receiver.received.filter(({ status }) => status < 300 && status > 0).map(({ position }) => position);
const statusesOf = async (): Promise<readonly string[]> =>
  (await deliveries.list('w1', { limit: 100 })).deliveries.map(({ status }) => status);

/** Lets time pass until the condition holds, a step each time that somebody may have waited for it. */
const passing = async (step: number, condition: () => boolean | Promise<boolean>): Promise<void> => {
  await until(async () => {
    now += step;
    return condition();
  });
};

describe('a webhook', () => {
  it('is told what happens after it was registered, signed, and of no type that it did not ask for', async () => {
    await orders(1);
    const { secret: told } = await register();
    start();
    await append(['OrderPlaced', 'l1', { personal: { note: 'private' } }], ['LeadCaptured', 'l2']);
    await orders(1, 'l2');
    await until(() => receiver.received.length === 2);
    const [first] = receiver.received;
    expect(receiver.received.map(({ type, subject }) => [type, subject])).toEqual([
      [placed, 'l1'],
      [placed, 'l2'],
    ]);
    expect(first!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(first!.headers['webhook-id']).toBe(first!.id);
    expect(first!.body).not.toContain('private');
    const headers = first!.headers as Record<string, string>;
    expect(Number(headers['webhook-timestamp'])).toBe(Math.floor(now / 1_000));
    const verifier = new Verifier(told);
    const signature = verifier.sign(first!.id, new Date(now), first!.body);
    expect(headers['webhook-signature']).toBe(signature);
  });

  it('is told in order for each lead, whatever fails', async () => {
    await register([placed, captured]);
    const tries = new Map<string, number>();
    receiver.answer(({ id, position }) => {
      const before = tries.get(id) ?? 0;
      tries.set(id, before + 1);
      return before < position % 3 ? [500, 0, 429][position % 3]! : 200;
    });
    start();
    const leads = ['a', 'b', 'c', 'd'];
    await append(
      ...Array.from({ length: 40 }, (_, n) => ['OrderPlaced', leads[(n * 7) % leads.length]!] as const),
    );
    await passing(1_000, () => taken().length === 40);
    for (const lead of leads) {
      const places = receiver.received
        .filter(({ subject, status }) => subject === lead && status === 200)
        .map(({ position }) => position);
      expect(places).toEqual(places.toSorted((x, y) => x - y));
    }
    expect(new Set(taken()).size).toBe(40);
    await until(async () => (await statusesOf()).every(status => status === 'delivered'));
    const attempts = (await deliveries.list('w1', { limit: 100 })).deliveries.map(each => [
      each.position % 3,
      each.attempts.length - 1,
    ]);
    for (const [failures, retries] of attempts) expect(retries).toBe(failures);
  });

  it('does not hold up others while it refuses what concerns one lead', async () => {
    await register();
    receiver.answer(({ subject }) => (subject === 'bad' ? 500 : 200));
    start();
    await orders(2, 'bad');
    await orders(3, 'good');
    await until(() => taken().length === 3);
    expect(receiver.received.filter(({ subject }) => subject === 'bad').map(each => each.position)).toEqual(
      expect.not.arrayContaining([3]),
    );
  });

  it('goes on where it stood after the process was restarted, and repeats nothing', async () => {
    await register();
    const first = start();
    await orders(30, 'a');
    await until(() => taken().length > 5);
    await first.stop();
    await orders(10, 'b');
    start();
    await until(() => taken().length === 40);
    expect(new Set(taken()).size).toBe(40);
  });

  it('gets what it missed while it was disabled', async () => {
    await register();
    start();
    await orders(1);
    await until(() => taken().length === 1);
    await commands.change({ id: 'w1', status: 'disabled' }, context);
    await until(() => relays[0]!.status().length === 0);
    await orders(3);
    await commands.change({ id: 'w1', status: 'active' }, context);
    await until(() => taken().length === 4);
  });

  it('may move, and want other types', async () => {
    const other = await startReceiver();
    await register();
    start();
    await until(() => relays[0]!.status().length === 1);
    await commands.change({ id: 'w1', url: `${other.url}?to=there`, types: [captured] }, context);
    // The relay learns of it a moment later.
    await new Promise(resolve => setTimeout(resolve, 300));
    await append(['OrderPlaced', 'a'], ['LeadCaptured', 'a']);
    await until(() => other.received.length === 1);
    expect(other.received[0]!.type).toBe(captured);
    expect(receiver.received).toEqual([]);
    await other.close();
  });

  it('is forgotten with its deliveries when it is deleted', async () => {
    await register();
    start();
    await orders(1);
    await until(() => taken().length === 1);
    await commands.remove('w1', context);
    await until(async () => (await statusesOf()).length === 0);
    expect(relays[0]!.status()).toEqual([]);
  });

  it('is delivered to by one process at a time', async () => {
    await register();
    start('a');
    await until(() => relays[0]!.status().length === 1);
    start('b');
    await orders(20);
    await until(() => taken().length === 20);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(taken()).toHaveLength(20);
    expect(relays[1]!.status()).toEqual([]);
  });
});

describe('a webhook that does not answer', () => {
  it('is tried for three days, then disabled by an event that says so, and nothing is lost', async () => {
    await register();
    receiver.answer(503);
    start();
    await orders(2);
    const began = now;
    const registry = createRegistry(events);
    await until(async () => {
      // The time that it waits for passes at once.
      const [next] = await deliveries.pending('w1', 1);
      now = Math.max(now, next?.dueAt ?? now);
      return (await registry.current()).get('w1')!.status === 'disabled';
    });
    expect(now - began).toBeGreaterThanOrEqual(3 * day);
    const webhook = (await createRegistry(events).current()).get('w1')!;
    expect(webhook).toMatchObject({ disabled: 'failing' });
    expect(webhook.failingSince).toBe(began);
    await until(() => relays[0]!.status().length === 0);
    const [second, first] = (await deliveries.list('w1', { limit: 9 })).deliveries;
    expect([first!.status, second!.status, second!.attempts]).toEqual(['pending', 'pending', []]);
    expect(first!.attempts.length).toBeGreaterThan(10);
    expect(first!.attempts.every(({ status, error }) => status === 503 && error === 'status')).toBe(true);

    receiver.answer(200);
    await commands.change({ id: 'w1', status: 'active' }, context);
    await passing(60_000, () => taken().length === 2);
    expect(taken()).toEqual([1, 2].map(n => n + 1));
  }, 60_000);

  it('is not flooded: after a few failures one delivery is tried now and then', async () => {
    await register();
    receiver.answer(503);
    start();
    await append(...Array.from({ length: 200 }, (_, n) => ['OrderPlaced', `lead-${n}`] as const));
    await until(() => receiver.received.length >= 3);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(receiver.received.length).toBeLessThanOrEqual(16);
    receiver.answer(200);
    await passing(5_000, () => taken().length === 200);
  });

  it('is left alone for as long as it asks, also by other leads', async () => {
    await register();
    receiver.answer(429, { 'retry-after': '3600' });
    start();
    await orders(1, 'a');
    await until(async () => (await deliveries.pending('w1', 1))[0]?.attempts.length === 1);
    receiver.answer(200);
    await orders(1, 'b');
    await until(async () => (await deliveries.pending('w1', 9)).length === 2);
    now += 3_599_000;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(1);
    now += 1_000;
    await until(() => taken().length === 2);
  });

  it('is tried before the time it asked for where somebody wants that, or where it moved', async () => {
    await register();
    receiver.answer(503, { 'retry-after': new Date(now + day).toUTCString() });
    start();
    await orders(1);
    await until(async () => (await deliveries.pending('w1', 1))[0]?.attempts.length === 1);
    const [waiting] = await deliveries.pending('w1', 1);
    expect(waiting!.dueAt).toBe(now + day / 2);
    await deliveries.ask('w1', waiting!.id, now);
    await until(async () => (await deliveries.pending('w1', 1))[0]?.attempts.length === 2);

    const other = await startReceiver();
    await commands.change({ id: 'w1', url: other.url }, context);
    await orders(1, 'b');
    await until(() => other.received.length === 1);
    expect(other.received[0]!.subject).toBe('b');
    await other.close();
  });

  it('is disabled at once where it says that it is gone', async () => {
    await register();
    receiver.answer(410);
    start();
    await orders(1);
    await until(async () => (await createRegistry(events).current()).get('w1')!.disabled === 'gone');
    await until(() => relays[0]!.status().length === 0);
    expect(receiver.received.length).toBeLessThan(4);
  });
});

describe('a delivery that somebody asks for', () => {
  it('is made again, once, and its attempt is kept as one by hand', async () => {
    await register();
    start();
    await orders(1);
    await until(async () => (await statusesOf())[0] === 'delivered');
    const { id } = receiver.received[0]!;
    await deliveries.ask('w1', id, now);
    await until(() => receiver.received.length === 2);
    expect(receiver.received[1]!.id).toBe(id);
    await until(async () => (await deliveries.asked('w1')).length === 0);
    const { attempts } = (await deliveries.find('w1', id))!;
    expect(attempts.map(({ byHand }) => byHand)).toEqual([false, true]);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(2);
  });

  it('is made at once where it is waiting to be tried again', async () => {
    await register();
    receiver.answer(500);
    start();
    await orders(1);
    await until(() => receiver.received.length === 1);
    await until(async () => (await deliveries.pending('w1', 1))[0]!.attempts.length === 1);
    receiver.answer(200);
    await deliveries.ask('w1', receiver.received[0]!.id, now);
    await until(() => taken().length === 1);
    expect(await deliveries.asked('w1')).toEqual([]);
  });
});

describe('a webhook’s secret that is being replaced', () => {
  it('is signed with beside the new one for a day', async () => {
    const { secret: old } = await register();
    const { secret: next } = await commands.rotateSecret('w1', context);
    expect(next).not.toBe(old);
    start();
    const signatures = async (): Promise<readonly string[]> => {
      const before = receiver.received.length;
      await orders(1);
      await until(() => receiver.received.length > before);
      return (receiver.received.at(-1)!.headers['webhook-signature'] as string).split(' ');
    };
    const verifies = (by: string): boolean => {
      const { body, headers } = receiver.received.at(-1)!;
      const given = headers as Record<string, string>;
      const at = new Date(Number(given['webhook-timestamp']) * 1_000);
      const signature = new Verifier(by).sign(given['webhook-id']!, at, body);
      return given['webhook-signature']!.split(' ').includes(signature);
    };
    expect(await signatures()).toHaveLength(2);
    expect([verifies(old), verifies(next)]).toEqual([true, true]);
    now += day;
    expect(await signatures()).toHaveLength(1);
    expect([verifies(old), verifies(next)]).toEqual([false, true]);
  });
});
