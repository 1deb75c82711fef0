import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, openWebhookSite, type WebhookSite } from '../../../test/support/webhook-site.ts';
import { until } from '../testing.ts';
import { startReceiver } from './testing.ts';

const hour = 3_600_000;
let site: WebhookSite;
beforeEach(async () => {
  site = await openWebhookSite();
});
afterEach(() => site.close());

/** What leads are told of, in the order in which they were posted to. */
const told = (): readonly string[] => site.receiver.received.map(({ subject }) => subject);
const attemptsOf = async (lead: string): Promise<number | undefined> =>
  (await site.deliveries.list('w1', { limit: 9 })).deliveries.find(({ leadId }) => leadId === lead)?.attempts
    .length;
const restart = async (): Promise<void> => {
  await site.relays.at(-1)!.stop();
  site.start();
};
/** What could be posted has been by then. */
const settled = async (pending: number): Promise<void> => {
  await until(async () => (await site.deliveries.pending('w1', 9)).length === pending);
  await until(() => site.relays.at(-1)!.status()[0]?.pending === pending);
  await new Promise(resolve => setTimeout(resolve, 100));
};

/** Leads `a` and `b` were told to come back in an hour, both at the same time; the relay has stopped since. */
const busy = async (): Promise<void> => {
  await site.register();
  const both = Promise.withResolvers<number>();
  let posts = 0;
  site.receiver.answer(
    () => {
      if (++posts === 2) both.resolve(429);
      return both.promise;
    },
    { 'retry-after': '3600' },
  );
  const relay = site.start();
  await site.append(['OrderPlaced', 'a'], ['OrderPlaced', 'b']);
  await until(async () => (await attemptsOf('a')) === 1 && (await attemptsOf('b')) === 1);
  site.receiver.answer(200);
  await relay.stop();
};

describe('a receiver that asked to be left alone', () => {
  beforeEach(busy);

  it('is, also by a relay that starts anew and has something for others', async () => {
    site.start();
    await site.orders(1, 'c');
    await settled(3);
    site.now += hour - 1;
    await settled(3);
    expect(told().toSorted()).toEqual(['a', 'b']);
    site.now += 1;
    await until(() => site.taken().length === 3);
  });

  it('is, however often relays start', async () => {
    for (const owner of ['b', 'c', 'd']) {
      site.start(owner);
      await settled(2);
      await site.relays.at(-1)!.stop();
    }
    expect(told().toSorted()).toEqual(['a', 'b']);
  });

  it('is not where it moved while no relay ran: another receiver has said nothing', async () => {
    const other = await startReceiver();
    site.now += 1_000;
    await site.commands.change({ id: 'w1', url: other.url }, context);
    site.start();
    await site.orders(1, 'c');
    await until(() => other.received.length === 1);
    expect(other.received[0]!.subject).toBe('c');
    await other.close();
  });

  it('is not where it was enabled since', async () => {
    site.now += 1_000;
    await site.commands.change({ id: 'w1', status: 'disabled' }, context);
    await site.commands.change({ id: 'w1', status: 'active' }, context);
    site.start();
    await site.orders(1, 'c');
    await until(() => site.taken().length === 1);
    expect(told().slice(2)).toEqual(['c']);
  });

  it('is not, once somebody hastened a delivery, by any relay after that', async () => {
    site.start();
    const [first] = await site.deliveries.pending('w1', 1);
    await site.deliveries.ask('w1', first!.id, site.now);
    await until(() => site.taken().length === 1);
    await restart();
    await site.orders(1, 'c');
    await until(() => site.taken().length === 2);
    expect(told().slice(2)).toEqual([first!.leadId, 'c']);
    // The other one's own time is what it was.
    await settled(1);
    site.now += hour;
    await until(() => site.taken().length === 3);
  });

  it('is again, once it answers so to what was hastened', async () => {
    site.receiver.answer(503, { 'retry-after': '7200' });
    site.start();
    const [first] = await site.deliveries.pending('w1', 1);
    await site.deliveries.ask('w1', first!.id, site.now);
    await until(async () => (await attemptsOf(first!.leadId)) === 2);
    site.receiver.answer(200);
    await restart();
    await site.orders(1, 'c');
    site.now += hour;
    await settled(3);
    expect(told()).toHaveLength(3);
    site.now += hour;
    await until(() => site.taken().length === 3);
  });

  it('is not where somebody hastened a delivery while no relay ran', async () => {
    const [first] = await site.deliveries.pending('w1', 1);
    await site.deliveries.ask('w1', first!.id, site.now);
    site.start();
    await until(() => site.taken().length === 1);
    expect(await site.deliveries.asked('w1')).toEqual([]);
    expect(told().at(-1)).toBe(first!.leadId);
  });
});

describe('a delivery that was hastened', () => {
  it('is due at once by a relay that starts anew, too', async () => {
    await busy();
    // Behind another of its lead, so that it isn't made at once though it is due.
    await site.orders(1, 'a');
    site.start();
    await settled(3);
    const all = await site.deliveries.pending('w1', 9);
    const later = all.filter(({ leadId }) => leadId === 'a').at(-1)!;
    await site.deliveries.ask('w1', later.id, site.now);
    await until(async () => (await site.deliveries.asked('w1')).length === 0);
    await restart();
    expect((await site.deliveries.find('w1', later.id))!.dueAt).toBe(site.now);
    expect((await site.deliveries.pending('w1', 9)).flatMap(each => each.attempts)).toEqual([
      expect.not.objectContaining({ retryAt: expect.anything() }),
      expect.not.objectContaining({ retryAt: expect.anything() }),
    ]);
  });
});
