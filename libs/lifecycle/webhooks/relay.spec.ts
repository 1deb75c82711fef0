import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import {
  captured,
  context,
  openWebhookSite,
  placed,
  type WebhookSite,
} from '../../../test/support/webhook-site.ts';
import { until } from '../testing.ts';
import { startReceiver } from './testing.ts';

let site: WebhookSite;
beforeEach(async () => {
  site = await openWebhookSite();
});
afterEach(() => site.close());

describe('a webhook', () => {
  it('is told what happens after it was registered, signed, and of no type that it did not ask for', async () => {
    await site.orders(1);
    const { secret: told } = await site.register();
    site.start();
    await site.append(['OrderPlaced', 'l1', { personal: { note: 'private' } }], ['LeadCaptured', 'l2']);
    await site.orders(1, 'l2');
    await until(() => site.receiver.received.length === 2);
    const [first] = site.receiver.received;
    expect(site.receiver.received.map(({ type, subject }) => [type, subject])).toEqual([
      [placed, 'l1'],
      [placed, 'l2'],
    ]);
    expect(first!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(first!.headers['webhook-id']).toBe(first!.id);
    expect(first!.body).not.toContain('private');
    const headers = first!.headers as Record<string, string>;
    expect(Number(headers['webhook-timestamp'])).toBe(Math.floor(site.now / 1_000));
    const verifier = new Verifier(told);
    const signature = verifier.sign(first!.id, new Date(site.now), first!.body);
    expect(headers['webhook-signature']).toBe(signature);
  });

  it('is told in order for each lead, whatever fails', async () => {
    await site.register([placed, captured]);
    const tries = new Map<string, number>();
    site.receiver.answer(({ id, position }) => {
      const before = tries.get(id) ?? 0;
      tries.set(id, before + 1);
      return before < position % 3 ? [500, 0, 429][position % 3]! : 200;
    });
    site.start();
    const leads = ['a', 'b', 'c', 'd'];
    await site.append(
      ...Array.from({ length: 40 }, (_, n) => ['OrderPlaced', leads[(n * 7) % leads.length]!] as const),
    );
    await site.passing(1_000, () => site.taken().length === 40);
    for (const lead of leads) {
      const places = site.receiver.received
        .filter(({ subject, status }) => subject === lead && status === 200)
        .map(({ position }) => position);
      expect(places).toEqual(places.toSorted((x, y) => x - y));
    }
    expect(new Set(site.taken()).size).toBe(40);
    await until(async () => (await site.statuses()).every(status => status === 'delivered'));
    const attempts = (await site.deliveries.list('w1', { limit: 100 })).deliveries.map(each => [
      each.position % 3,
      each.attempts.length - 1,
    ]);
    for (const [failures, retries] of attempts) expect(retries).toBe(failures);
  });

  it('does not hold up others while it refuses what concerns one lead', async () => {
    await site.register();
    site.receiver.answer(({ subject }) => (subject === 'bad' ? 500 : 200));
    site.start();
    await site.orders(2, 'bad');
    await site.orders(3, 'good');
    await until(() => site.taken().length === 3);
    expect(
      site.receiver.received.filter(({ subject }) => subject === 'bad').map(each => each.position),
    ).toEqual(expect.not.arrayContaining([3]));
  });

  it('goes on where it stood after the process was restarted, and repeats nothing', async () => {
    await site.register();
    const first = site.start();
    await site.orders(30, 'a');
    await until(() => site.taken().length > 5);
    await first.stop();
    await site.orders(10, 'b');
    site.start();
    await until(() => site.taken().length === 40);
    expect(new Set(site.taken()).size).toBe(40);
  });

  it('gets what it missed while it was disabled', async () => {
    await site.register();
    site.start();
    await site.orders(1);
    await until(() => site.taken().length === 1);
    await site.commands.change({ id: 'w1', status: 'disabled' }, context);
    await until(() => site.relays[0]!.status().length === 0);
    await site.orders(3);
    await site.commands.change({ id: 'w1', status: 'active' }, context);
    await until(() => site.taken().length === 4);
  });

  it('may move, and want other types', async () => {
    const other = await startReceiver();
    await site.register();
    site.start();
    await until(() => site.relays[0]!.status().length === 1);
    await site.commands.change({ id: 'w1', url: `${other.url}?to=there`, types: [captured] }, context);
    // The relay learns of it a moment later.
    await new Promise(resolve => setTimeout(resolve, 300));
    await site.append(['OrderPlaced', 'a'], ['LeadCaptured', 'a']);
    await until(() => other.received.length === 1);
    expect(other.received[0]!.type).toBe(captured);
    expect(site.receiver.received).toEqual([]);
    await other.close();
  });

  it('is forgotten with its deliveries when it is deleted', async () => {
    await site.register();
    site.start();
    await site.orders(1);
    await until(() => site.taken().length === 1);
    await site.commands.remove('w1', context);
    await until(async () => (await site.statuses()).length === 0);
    expect(site.relays[0]!.status()).toEqual([]);
  });

  it('is delivered to by one process at a time', async () => {
    await site.register();
    site.start('a');
    await until(() => site.relays[0]!.status().length === 1);
    site.start('b');
    await site.orders(20);
    await until(() => site.taken().length === 20);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(site.taken()).toHaveLength(20);
    expect(site.relays[1]!.status()).toEqual([]);
  });
});

describe('a webhook’s secret that is being replaced', () => {
  it('is signed with beside the new one for a day', async () => {
    const { secret: old } = await site.register();
    const { secret: next } = await site.commands.rotateSecret('w1', context);
    expect(next).not.toBe(old);
    site.start();
    const signatures = async (): Promise<readonly string[]> => {
      const before = site.receiver.received.length;
      await site.orders(1);
      await until(() => site.receiver.received.length > before);
      return (site.receiver.received.at(-1)!.headers['webhook-signature'] as string).split(' ');
    };
    const verifies = (by: string): boolean => {
      const { body, headers } = site.receiver.received.at(-1)!;
      const given = headers as Record<string, string>;
      const at = new Date(Number(given['webhook-timestamp']) * 1_000);
      const signature = new Verifier(by).sign(given['webhook-id']!, at, body);
      return given['webhook-signature']!.split(' ').includes(signature);
    };
    expect(await signatures()).toHaveLength(2);
    expect([verifies(old), verifies(next)]).toEqual([true, true]);
    site.now += 86_400_000;
    expect(await signatures()).toHaveLength(1);
    expect([verifies(old), verifies(next)]).toEqual([false, true]);
  });
});
