import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../event-store/port.ts';
import { openSqliteEventStore } from '../../event-store/sqlite/index.ts';
import { openSqliteDeliveries } from '../deliveries/sqlite.ts';
import { createFeed, type Feed } from '../feed.ts';
import { createReadOn } from '../read-on.ts';
import { appendTo, memoryCheckpoints, testMapping } from '../testing.ts';
import { createIntake, type Intake, type IntakeOptions } from './intake.ts';
import type { DeliveryStore } from './port.ts';
import { createQueue, type Queue } from './queue.ts';
import type { Webhook } from './registry.ts';

const webhook: Webhook = {
  webhookId: 'w1',
  status: 'active',
  url: 'https://crm.example.org/',
  types: ['leadfold.order.placed'],
  disabled: null,
  secretVersion: 1,
  registered: 1,
  createdAt: 0,
  statusSince: 0,
  urlSince: 0,
  rotatedAt: null,
  failingSince: null,
};

let events: EventStore;
let deliveries: DeliveryStore;
let checkpoints: ReturnType<typeof memoryCheckpoints>;
let feed: Feed;
let queue: Queue;
let append: ReturnType<typeof appendTo>;

beforeEach(() => {
  events = openSqliteEventStore({ file: ':memory:' });
  deliveries = openSqliteDeliveries({ file: ':memory:' });
  checkpoints = memoryCheckpoints();
  feed = createFeed({ events, toLifecycle: testMapping });
  queue = createQueue();
  append = appendTo(events);
});
afterEach(async () => {
  await feed.stop();
  await deliveries.close();
  await events.close();
});

const open = (change: Partial<IntakeOptions> = {}): Intake =>
  createIntake(
    {
      feed,
      readOn: createReadOn(events, testMapping),
      checkpoints,
      deliveries,
      clock: () => 1_000,
      ...change,
    },
    'w1',
    queue,
  );

const placesOf = async (): Promise<readonly number[]> =>
  (await deliveries.pending('w1', 1_000)).map(({ position }) => position);

const fillAll = async (intake: Intake): Promise<void> => {
  while (await intake.fill(webhook));
};

describe('taking in what a webhook wants', () => {
  it('begins after its registration, and takes nothing that it did not ask for', async () => {
    await append('OrderPlaced', 'LeadCaptured', 'OrderPlaced', 'PageViewed', 'OrderPlaced');
    const intake = open();
    expect(intake.begun()).toBe(false);
    await intake.begin(webhook);
    await fillAll(intake);
    expect(await placesOf()).toEqual([3, 5]);
    expect([queue.size(), intake.position(), await checkpoints.load('webhook-w1')]).toEqual([2, 5, 5]);
  });

  it('keeps deliveries before the checkpoint moves, and repeats none after a crash in between', async () => {
    await append('PageViewed', 'OrderPlaced', 'OrderPlaced');
    const crashing = open({
      checkpoints: { ...checkpoints, save: () => Promise.reject(new Error('crashed')) },
    });
    await crashing.begin(webhook);
    await expect(crashing.fill(webhook)).rejects.toThrow('crashed');
    expect([await placesOf(), await checkpoints.load('webhook-w1')]).toEqual([[2, 3], null]);

    queue = createQueue();
    const intake = open();
    await intake.begin(webhook);
    const [first] = queue.take(1_000, 1);
    await deliveries.save({ ...first!.delivery, status: 'delivered', dueAt: null, doneAt: 2_000 });
    queue.settle(first!, null);
    await fillAll(intake);
    expect([queue.size(), await placesOf()]).toEqual([1, [3]]);
  });

  it('finds what a store kept although it said nothing', async () => {
    await append('PageViewed', 'OrderPlaced', 'OrderPlaced');
    let silent = true;
    const add: DeliveryStore['add'] = async made => {
      const added = await deliveries.add(silent ? made.slice(0, 1) : made);
      if (!silent) return added;
      silent = false;
      throw new Error('silence');
    };
    const pending: DeliveryStore['pending'] = (...given) => deliveries.pending(...given);
    const intake = open({ deliveries: { add, pending } });
    await intake.begin(webhook);
    await expect(intake.fill(webhook)).rejects.toThrow('silence');
    expect([intake.begun(), queue.size()]).toEqual([false, 0]);
    await intake.begin(webhook);
    await fillAll(intake);
    expect([queue.size(), await placesOf()]).toEqual([2, [2, 3]]);
  });

  it('takes no more than there is room for; the rest waits in the log', async () => {
    await append(...Array.from({ length: 1_300 }, () => 'OrderPlaced'));
    const intake = open();
    await intake.begin(webhook);
    await fillAll(intake);
    expect(queue.size()).toBe(1_000);
    expect(await intake.fill(webhook)).toBe(false);
    const [first] = queue.take(1_000, 1);
    queue.settle(first!, null);
    await fillAll(intake);
    expect(queue.size()).toBeGreaterThanOrEqual(1_000);
  });

  it('tells two events of one place apart by their order', async () => {
    const { id, version, occurredAt, metadata } = {
      id: crypto.randomUUID(),
      version: 1,
      occurredAt: 1,
      metadata: {},
    };
    const data = { leadId: 'l1', stage: 'mql' };
    await events.append(
      'lead-l1',
      [{ id, type: 'LeadStageChanged', version, occurredAt, data, metadata }],
      'ANY',
    );
    const intake = open();
    const types = ['leadfold.lead.qualified', 'leadfold.lead.stage-changed'];
    await intake.begin({ ...webhook, registered: 0 });
    await intake.fill({ ...webhook, types });
    const found = await deliveries.pending('w1', 9);
    expect(found.map(({ ordinal, type }) => [ordinal, type])).toEqual([
      [0, 'leadfold.lead.stage-changed'],
      [1, 'leadfold.lead.qualified'],
    ]);
  });
});
