import { beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { aDelivery } from '../../../test/contract/delivery-store.ts';
import type { RecordedEvent } from '../../domain/event.ts';
import { recordedAt, testMapping } from '../testing.ts';
import { attempt, bothSecretsMs, type Attempting } from './attempt.ts';
import type { Delivery } from './port.ts';
import type { Webhook } from './registry.ts';
import { webhookSecret } from './secret.ts';
import type { Answer } from './send.ts';

const now = Date.UTC(2026, 5, 1);
const secret = 'the workspace’s own secret, long enough';
const order = {
  ...recordedAt(4, 'OrderPlaced', { leadId: 'l1', orderId: 'o1' }),
  stream: 'order-o1',
  revision: 2,
};
const stage = recordedAt(5, 'LeadStageChanged', { leadId: 'l1', stage: 'mql', from: 'lead' });
const [told] = testMapping(order);

const webhook = (change: Partial<Webhook> = {}): Webhook => ({
  ...{ webhookId: 'w1', status: 'active', url: 'https://crm.example/in', types: [] },
  ...{ registered: 1, createdAt: 0, statusSince: 0, urlSince: 0, rotatedAt: null, failingSince: null },
  ...{ secretVersion: 1, disabled: null },
  ...change,
});
const delivery = (of: RecordedEvent = order, change: Partial<Delivery> = {}): Delivery =>
  aDelivery(of.position, { id: of.id, stream: of.stream, revision: of.revision, leadId: 'l1', ...change });

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let posts: Post[];
let reads: (readonly [string, number | undefined])[];
let clock: number;
beforeEach(() => {
  posts = [];
  reads = [];
  clock = now;
});

/** A log of these events, a receiver who answers so and takes so long. */
const attempting = (
  events: readonly RecordedEvent[],
  answer: Answer = { status: 204, error: null },
  took = 0,
): Attempting => ({
  events: {
    onAppended: () => () => undefined,
    readStream: async function* (stream, from) {
      reads.push([stream, from]);
      await Promise.resolve();
      yield* events.filter(event => event.stream === stream && event.revision >= (from ?? 0));
    },
  },
  toLifecycle: testMapping,
  sender: {
    post: (url, headers, body) => {
      posts.push({ url, headers, body });
      clock += took;
      return Promise.resolve(answer);
    },
    close: () => undefined,
  },
  clock: () => clock,
  secret,
});

const signedBy = (version: number): boolean => {
  const [{ headers, body }] = posts as [Post];
  const verifier = new Verifier(webhookSecret(secret, 'w1', version));
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  return headers['webhook-signature']!.split(' ').includes(verifier.sign(headers['webhook-id']!, at, body));
};

describe('an attempt', () => {
  it('posts the event that is at hand, and reads nothing', async () => {
    const made = await attempt(attempting([]), webhook(), delivery(), told!, false);
    expect(made).toEqual({ at: now, ms: expect.any(Number), status: 204, error: null, byHand: false });
    expect(reads).toEqual([]);
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({
      url: 'https://crm.example/in',
      body: JSON.stringify(told!.cloudEvent),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'Leadfold',
        'webhook-id': order.id,
      },
    });
  });

  it('reads the event where it stands, when it is not at hand', async () => {
    const others = [{ ...order, id: 'another', revision: 1 }, order, { ...order, id: 'later', revision: 3 }];
    await attempt(attempting(others), webhook(), delivery(), null, true);
    expect(reads).toEqual([['order-o1', 2]]);
    expect(posts[0]!.body).toBe(JSON.stringify(told!.cloudEvent));
  });

  it('finds the second event of a place by its id', async () => {
    const [changed, qualified] = testMapping(stage);
    for (const each of [changed!, qualified!]) {
      posts = [];
      await attempt(attempting([stage]), webhook(), delivery(stage, { id: each.cloudEvent.id }), null, false);
      expect(posts[0]!.body).toBe(JSON.stringify(each.cloudEvent));
      expect(posts[0]!.headers['webhook-id']).toBe(each.cloudEvent.id);
    }
  });

  it.each<[string, readonly RecordedEvent[]]>([
    ['the stream is gone', []],
    ['another event stands there', [{ ...order, id: 'another' }]],
    ['what stands there is no lifecycle event', [{ ...order, type: 'PageViewed' }]],
    ['the stream ends before', [{ ...order, revision: 1 }]],
  ])('says so where %s, and posts nothing', async (_, events) => {
    expect(await attempt(attempting(events), webhook(), delivery(), null, false)).toEqual({
      ...{ at: now, ms: 0, status: null, error: 'event-missing', byHand: false },
    });
    expect(posts).toEqual([]);
  });

  it('rejects where the log is away', async () => {
    const away = attempting([]);
    const failing: Attempting = {
      ...away,
      events: {
        ...away.events,
        readStream: async function* () {
          await Promise.reject(new Error('the log is away'));
        },
      },
    };
    await expect(attempt(failing, webhook(), delivery(), null, false)).rejects.toThrow('the log is away');
  });

  it.each<[Answer]>([
    [{ status: 500, error: 'status' }],
    [{ status: null, error: 'timeout' }],
    [{ status: null, error: 'target-refused' }],
  ])('is kept as it ended: %j', async answer => {
    const made = await attempt(attempting([], answer), webhook(), delivery(), told!, true);
    expect(made).toMatchObject({ ...answer, byHand: true });
    expect(made).not.toHaveProperty('retryAt');
  });

  it('tells when the receiver wants to be tried again, from when it answered', async () => {
    const busy = (status: number, after: string): Answer => ({ status, error: 'status', retryAfter: after });
    const of = async (answer: Answer) =>
      (await attempt(attempting([], answer, 700), webhook(), delivery(), told!, false)).retryAt;
    expect(await of(busy(429, '60'))).toBe(now + 700 + 60_000);
    clock = now;
    expect(await of(busy(503, '999999999'))).toBe(now + 700 + 12 * 3_600_000);
    expect(await of(busy(500, '60'))).toBeUndefined();
    expect(await of(busy(429, 'soon'))).toBeUndefined();
  });
});

describe('the signature of an attempt', () => {
  it('is by the webhook’s secret alone, where it never was replaced', async () => {
    await attempt(attempting([]), webhook(), delivery(), told!, false);
    expect(posts[0]!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
    expect([signedBy(1), signedBy(2)]).toEqual([true, false]);
    expect(posts[0]!.headers['webhook-timestamp']).toBe(String(now / 1_000));
  });

  it.each([
    ['at once', 0, [true, true]],
    ['a moment before the day is over', bothSecretsMs - 1, [true, true]],
    ['when the day is over', bothSecretsMs, [false, true]],
  ])('%s after it was replaced is by old and new: %i', async (_, ms, expected) => {
    await attempt(
      attempting([]),
      webhook({ secretVersion: 4, rotatedAt: now - ms }),
      delivery(),
      told!,
      false,
    );
    expect([signedBy(3), signedBy(4)]).toEqual(expected);
    expect([signedBy(2), signedBy(5)]).toEqual([false, false]);
  });

  it('names the new secret first', async () => {
    await attempt(attempting([]), webhook({ secretVersion: 2, rotatedAt: now }), delivery(), told!, false);
    const { headers, body } = posts[0]!;
    const newest = new Verifier(webhookSecret(secret, 'w1', 2)).sign(order.id, new Date(now), body);
    expect(headers['webhook-signature']!.split(' ')[0]).toBe(newest);
  });
});
