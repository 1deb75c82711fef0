import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, openWebhookSite, type WebhookSite } from '../../../test/support/webhook-site.ts';
import { until } from '../testing.ts';
import { createRegistry } from './registry.ts';
import { startReceiver } from './testing.ts';

const day = 86_400_000;
let site: WebhookSite;
beforeEach(async () => {
  site = await openWebhookSite();
});
afterEach(() => site.close());

describe('a webhook that does not answer', () => {
  it('is tried for three days, then disabled by an event that says so, and nothing is lost', async () => {
    await site.register();
    site.receiver.answer(503);
    site.start();
    await site.orders(2);
    const began = site.now;
    const registry = createRegistry(site.events);
    await until(async () => {
      // The time that it waits for passes at once.
      const [next] = await site.deliveries.pending('w1', 1);
      site.now = Math.max(site.now, next?.dueAt ?? site.now);
      return (await registry.current()).get('w1')!.status === 'disabled';
    });
    expect(site.now - began).toBeGreaterThanOrEqual(3 * day);
    const webhook = (await createRegistry(site.events).current()).get('w1')!;
    expect(webhook).toMatchObject({ disabled: 'failing' });
    expect(webhook.failingSince).toBe(began);
    await until(() => site.relays[0]!.status().length === 0);
    const [second, first] = (await site.deliveries.list('w1', { limit: 9 })).deliveries;
    expect([first!.status, second!.status, second!.attempts]).toEqual(['pending', 'pending', []]);
    expect(first!.attempts.length).toBeGreaterThan(10);
    expect(first!.attempts.every(({ status, error }) => status === 503 && error === 'status')).toBe(true);

    site.receiver.answer(200);
    await site.commands.change({ id: 'w1', status: 'active' }, context);
    await site.passing(60_000, () => site.taken().length === 2);
    expect(site.taken()).toEqual([1, 2].map(n => n + 1));
  }, 60_000);

  it('is not flooded: after a few failures one delivery is tried now and then', async () => {
    await site.register();
    site.receiver.answer(503);
    site.start();
    await site.append(...Array.from({ length: 200 }, (_, n) => ['OrderPlaced', `lead-${n}`] as const));
    await until(() => site.receiver.received.length >= 3);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(site.receiver.received.length).toBeLessThanOrEqual(16);
    site.receiver.answer(200);
    await site.passing(5_000, () => site.taken().length === 200);
  });

  it('has its store rest longer and longer while that is away, however much comes in', async () => {
    const { asked } = site.deliveries;
    let [tries, isAway] = [0, true];
    const failing = (id: string): ReturnType<typeof asked> => {
      if (!isAway) return asked(id);
      tries++;
      return Promise.reject(new Error('away'));
    };
    Object.assign(site.deliveries, { asked: failing });
    await site.register();
    site.start();
    await until(() => tries > 0);
    for (let n = 0; n < 40; n++) {
      await site.orders(1);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    expect(tries).toBeLessThan(10);
    isAway = false;
    await until(() => site.taken().length === 40);
  });

  it('is left alone for as long as it asks, also by other leads', async () => {
    await site.register();
    site.receiver.answer(429, { 'retry-after': '3600' });
    site.start();
    await site.orders(1, 'a');
    await until(async () => (await site.deliveries.pending('w1', 1))[0]?.attempts.length === 1);
    site.receiver.answer(200);
    await site.orders(1, 'b');
    await until(async () => (await site.deliveries.pending('w1', 9)).length === 2);
    site.now += 3_599_000;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(site.receiver.received).toHaveLength(1);
    site.now += 1_000;
    await until(() => site.taken().length === 2);
  });

  it('is tried before the time it asked for where somebody wants that, or where it moved', async () => {
    await site.register();
    site.receiver.answer(503, { 'retry-after': new Date(site.now + day).toUTCString() });
    site.start();
    await site.orders(1);
    await until(async () => (await site.deliveries.pending('w1', 1))[0]?.attempts.length === 1);
    const [waiting] = await site.deliveries.pending('w1', 1);
    expect(waiting!.dueAt).toBe(site.now + day / 2);
    await site.deliveries.ask('w1', waiting!.id, site.now);
    await until(async () => (await site.deliveries.pending('w1', 1))[0]?.attempts.length === 2);

    const other = await startReceiver();
    await site.commands.change({ id: 'w1', url: other.url }, context);
    await site.orders(1, 'b');
    await until(() => other.received.length === 1);
    expect(other.received[0]!.subject).toBe('b');
    await other.close();
  });

  it('is disabled at once where it says that it is gone', async () => {
    await site.register();
    site.receiver.answer(410);
    site.start();
    await site.orders(1);
    await until(async () => (await createRegistry(site.events).current()).get('w1')!.disabled === 'gone');
    await until(() => site.relays[0]!.status().length === 0);
    expect(site.receiver.received.length).toBeLessThan(4);
  });
});

describe('a delivery that somebody asks for', () => {
  it('is made again, once, and its attempt is kept as one by hand', async () => {
    await site.register();
    site.start();
    await site.orders(1);
    await until(async () => (await site.statuses())[0] === 'delivered');
    const { id } = site.receiver.received[0]!;
    await site.deliveries.ask('w1', id, site.now);
    await until(() => site.receiver.received.length === 2);
    expect(site.receiver.received[1]!.id).toBe(id);
    await until(async () => (await site.deliveries.asked('w1')).length === 0);
    const { attempts } = (await site.deliveries.find('w1', id))!;
    expect(attempts.map(({ byHand }) => byHand)).toEqual([false, true]);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(site.receiver.received).toHaveLength(2);
  });

  it('is made once, however slowly it is answered', async () => {
    await site.register();
    site.start();
    await site.orders(1);
    await until(async () => (await site.statuses())[0] === 'delivered');
    const { id } = site.receiver.received[0]!;
    const asked: string[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    site.receiver.answer(delivery => {
      asked.push(delivery.id);
      return promise;
    });
    await site.deliveries.ask('w1', id, site.now);
    await until(() => asked.length === 1);
    await new Promise(passed => setTimeout(passed, 100));
    expect(asked).toEqual([id]);
    resolve(200);
    await until(async () => (await site.deliveries.asked('w1')).length === 0);
  });

  it('is made at once where it is waiting to be tried again', async () => {
    await site.register();
    site.receiver.answer(500);
    site.start();
    await site.orders(1);
    await until(() => site.receiver.received.length === 1);
    await until(async () => (await site.deliveries.pending('w1', 1))[0]!.attempts.length === 1);
    site.receiver.answer(200);
    await site.deliveries.ask('w1', site.receiver.received[0]!.id, site.now);
    await until(() => site.taken().length === 1);
    expect(await site.deliveries.asked('w1')).toEqual([]);
  });
});
