import { describe, expect, it } from '@jest/globals';
import { Kafka } from 'cloudevents';
import fc from 'fast-check';
import { createMapping } from '../mapping.ts';
import type { LifecycleEvent } from '../port.ts';
import { recordedAt, testRules } from '../testing.ts';
import { placing, type Placed } from './message.ts';
import { topicDefaults, type Topic } from './topic.ts';

const toLifecycle = createMapping({ ...testRules, personal: true });
const topic = (change: Partial<Topic> = {}): Topic => ({ ...topicDefaults, ...change });

const captured = (leadId: string): LifecycleEvent =>
  toLifecycle(
    recordedAt(7, 'LeadCaptured', {
      leadId,
      origin: 'referral',
      personal: { email: 'ann@example.org', name: 'Ann Bødker' },
    }),
  )[0]!;

const ordered = (leadId: string): LifecycleEvent =>
  toLifecycle(
    recordedAt(8, 'OrderPlaced', { leadId, orderId: 'o1', total: { amount: 1_200, currency: 'EUR' } }),
  )[0]!;

const bodyOf = ({ message }: Placed): Record<string, unknown> =>
  JSON.parse(String(message.value)) as Record<string, unknown>;

describe('a message', () => {
  it('is a structured CloudEvent with the lead as key, that the CloudEvents library reads back', () => {
    const [only] = placing([topic()])(ordered('ann'));
    expect(only).toMatchObject({ topic: 'leadfold.lifecycle', message: { key: 'ann' } });
    expect(only!.message.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    const { value, headers } = only!.message;
    const parsed = Kafka.toEvent({ headers: headers as Record<string, string>, value, body: value } as never);
    expect(parsed).toMatchObject({
      specversion: '1.0',
      id: '00000000-0000-7000-8000-000000000008',
      source: 'urn:leadfold:test',
      type: 'leadfold.order.placed',
      subject: 'ann',
      time: '2026-01-01T00:00:00.008Z',
      data: { leadId: 'ann', orderId: 'o1', total: { amount: 1_200, currency: 'EUR' } },
    });
  });

  it('has no time of its own, so that a topic keeps what happened long ago', () => {
    expect(placing([topic()])(ordered('ann'))[0]!.message).not.toHaveProperty('timestamp');
  });

  it('leaves personal data out', () => {
    const [only] = placing([topic()])(captured('ann'));
    expect(bodyOf(only!)['data']).toEqual({ leadId: 'ann', origin: 'referral' });
    expect(String(only!.message.value)).not.toMatch(/ann@example|Bødker/);
  });

  it('carries it on a topic that is configured to, and on no other', () => {
    const topics = [topic({ name: 'crm', personal: true }), topic({ name: 'all' })];
    const [crm, all] = placing(topics)(captured('ann'));
    expect(bodyOf(crm!)['data']).toMatchObject({
      personal: { email: 'ann@example.org', name: 'Ann Bødker' },
    });
    expect(bodyOf(all!)['data']).not.toHaveProperty('personal');
    expect(bodyOf(all!)).toMatchObject({ id: bodyOf(crm!)['id'], type: 'leadfold.lead.captured' });
  });

  it('goes to every topic that takes its type, and to none where none does', () => {
    const topics = [
      topic({ name: 'orders', types: ['leadfold.order.placed', 'leadfold.order.cancelled'] }),
      topic({ name: 'leads', types: ['leadfold.lead.captured'] }),
      topic({ name: 'all' }),
    ];
    const names = (event: LifecycleEvent) => placing(topics)(event).map(each => each.topic);
    expect(names(ordered('ann'))).toEqual(['orders', 'all']);
    expect(names(captured('ann'))).toEqual(['leads', 'all']);
    expect(placing(topics.slice(0, 1))(captured('ann'))).toEqual([]);
  });

  it('goes where every client of Kafka would put the key', () => {
    // From org.apache.kafka.common.utils.Utils: toPositive(murmur2(key)) % 12.
    const places = ['ann', 'bob', 'lead-1', 'demo-00076'].map(
      leadId => placing([topic()])(ordered(leadId))[0]!.partition,
    );
    expect(places).toEqual([2, 6, 1, 8]);
  });

  it('has the same place for the same lead, within the number of partitions', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        fc.integer({ min: 1, max: 50 }),
        (leadId, partitions) => {
          const place = placing([topic({ partitions })]);
          const [first] = place(ordered(leadId));
          const [second] = place(captured(leadId));
          expect(second!.partition).toBe(first!.partition);
          expect(first!.partition).toBeLessThan(partitions);
          expect(first!.message.partition).toBe(first!.partition);
        },
      ),
    );
  });

  it('knows its size', () => {
    const [only] = placing([topic({ personal: true })])(captured('ann'));
    expect(only!.bytes).toBeGreaterThan(Buffer.byteLength(String(only!.message.value)));
    expect(only!.bytes).toBeLessThan(Buffer.byteLength(String(only!.message.value)) + 200);
  });
});
