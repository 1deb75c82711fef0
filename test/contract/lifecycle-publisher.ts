import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMapping } from '../../libs/lifecycle/index.ts';
import { recordedAt, testRules } from '../../libs/lifecycle/testing.ts';
import type { LifecycleEvent, LifecyclePublisher } from '../../libs/lifecycle/index.ts';

/** What a reader at the destination has of an event. */
export interface Published {
  /** The lead whose order it stands in. */
  readonly key: string;
  /** The CloudEvent as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A publisher under test, and a view of its destination that is not the publisher's own. */
export interface PublisherSubject {
  readonly publisher: LifecyclePublisher;
  /** Everything at the destination, in the order in which readers see the events of a lead. */
  readonly published: () => Promise<readonly Published[]>;
  readonly dispose: () => Promise<void>;
}

const toLifecycle = createMapping({ ...testRules, personal: true });

const order = (n: number, leadId: string, more: object = {}): LifecycleEvent => {
  const data = { leadId, orderId: `o${n}`, total: { amount: n, currency: 'EUR' }, ...more };
  return toLifecycle({ ...recordedAt(n, 'OrderPlaced', data), id: randomUUID() })[0]!;
};

const orders = (count: number, leads: number, from = 1): readonly LifecycleEvent[] =>
  Array.from({ length: count }, (_, n) => order(from + n, `lead-${n % leads}`));

const ids = (events: readonly LifecycleEvent[], leadId: string): readonly string[] =>
  events.flatMap(event => (event.leadId === leadId ? event.cloudEvent.id : []));

const idsAt = (published: readonly Published[], leadId: string): readonly unknown[] =>
  published.flatMap(({ key, body }) => (key === leadId ? body['id'] : []));

/**
 * What everything does that brings lifecycle events to others.
 *
 * @example
 * lifecyclePublisherContract('Kafka', async () => ({ publisher, published, dispose }));
 */
export const lifecyclePublisherContract = (name: string, factory: () => Promise<PublisherSubject>): void => {
  describe(`${name} lifecycle publisher`, () => {
    let subject: PublisherSubject;
    const publish = (events: readonly LifecycleEvent[]): Promise<void> => subject.publisher.publish(events);

    beforeEach(async () => {
      subject = await factory();
    });
    afterEach(() => subject.dispose());

    it('has brought an event when it says so: all of it, as a CloudEvent of the lead', async () => {
      const event = order(1, 'ann');
      await publish([event]);
      const [only, ...more] = await subject.published();
      expect(more).toEqual([]);
      expect(only!.key).toBe('ann');
      expect(only!.body).toEqual({
        specversion: '1.0',
        id: event.cloudEvent.id,
        source: 'urn:leadfold:test',
        type: 'leadfold.order.placed',
        subject: 'ann',
        time: '2026-01-01T00:00:00.001Z',
        datacontenttype: 'application/json',
        dataschema: 'urn:leadfold:event:OrderPlaced:1',
        partitionkey: 'ann',
        recordedtime: '2026-01-02T00:00:00.001Z',
        position: '1',
        data: { leadId: 'ann', orderId: 'o1', total: { amount: 1, currency: 'EUR' } },
      });
    });

    it('brings nothing for nothing', async () => {
      await publish([]);
      await publish([order(1, 'ann')]);
      await publish([]);
      expect(await subject.published()).toHaveLength(1);
    });

    it('leaves personal data out unless told otherwise', async () => {
      await publish([order(1, 'ann', { personal: { reason: 'a secret' } })]);
      const [only] = await subject.published();
      expect(only!.body['data']).not.toHaveProperty('personal');
      expect(JSON.stringify(only)).not.toContain('a secret');
    });

    it('keeps the order of each lead, within a call and over calls', async () => {
      const batches = [orders(300, 7), orders(1, 7, 301), orders(200, 7, 302)];
      for (const batch of batches) await publish(batch);
      const published = await subject.published();
      expect(published).toHaveLength(501);
      for (let n = 0; n < 7; n++)
        expect(idsAt(published, `lead-${n}`)).toEqual(ids(batches.flat(), `lead-${n}`));
    });

    it('keeps it over calls that do not wait for each other', async () => {
      const batches = Array.from({ length: 8 }, (_, n) => orders(40, 3, 1 + n * 40));
      await Promise.all(batches.map(publish));
      const published = await subject.published();
      for (let n = 0; n < 3; n++)
        expect(idsAt(published, `lead-${n}`)).toEqual(ids(batches.flat(), `lead-${n}`));
    });

    it('brings what it is given once more under the same ids, and nothing before what came before it', async () => {
      const [first, second] = [orders(50, 4), orders(50, 4, 51)];
      await publish(first);
      await publish(second);
      await publish(second);
      const published = await subject.published();
      for (let n = 0; n < 4; n++) {
        const lead = `lead-${n}`;
        const [some, others] = [ids(first, lead), ids(second, lead)];
        expect([...new Set(idsAt(published, lead))]).toEqual([...some, ...others]);
        expect(idsAt(published, lead).length).toBeLessThanOrEqual(some.length + 2 * others.length);
      }
    });

    it('brings events of the largest size, many of one lead at once', async () => {
      const large = Array.from({ length: 4 }, (_, n) => order(n + 1, 'ann', { lines: 'é'.repeat(480_000) }));
      await publish(large);
      const published = await subject.published();
      expect(idsAt(published, 'ann')).toEqual(ids(large, 'ann'));
      expect((published[3]!.body['data'] as { lines: string }).lines).toHaveLength(480_000);
    });
  });
};
