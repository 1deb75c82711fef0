import { setImmediate as turn } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Feed, LifecycleEvent } from '../../../libs/lifecycle/index.ts';
import type { ReadOn } from '../../../libs/lifecycle/read-on.ts';
import { memoryCheckpoints } from '../../../libs/lifecycle/testing.ts';
import { createIntake, type IntakeOptions } from '../../../libs/lifecycle/webhooks/intake.ts';
import type { Delivery } from '../../../libs/lifecycle/webhooks/port.ts';
import { createQueue, type Queue } from '../../../libs/lifecycle/webhooks/queue.ts';
import type { Webhook } from '../../../libs/lifecycle/webhooks/registry.ts';
import { inTurn, type Fate } from './histories.ts';
import { followerModel } from './model.ts';
import { Fated, startProcess, type Process } from './process.ts';

/** Who takes in events of these types, and how its calls go. */
export interface Taker {
  readonly types: readonly string[];
  readonly reads: readonly Fate[];
  readonly additions: readonly Fate[];
  readonly saves: readonly Fate[];
}

/** What it takes in from. */
export interface Source {
  readonly feed: Feed;
  readonly readOn: ReadOn;
  /** Everything that the log will hold of the life cycle. */
  readonly all: readonly LifecycleEvent[];
  /** Position of the log's last event. */
  readonly head: number;
}

const webhookOf = (types: readonly string[]): Webhook => ({
  ...{ webhookId: 'w1', status: 'active', url: 'https://crm.example/in', types, disabled: null },
  ...{ secretVersion: 1, registered: 0, createdAt: 0, statusSince: 0, urlSince: 0 },
  ...{ rotatedAt: null, failingSince: null },
});

/** What the queue gives, each lead's one after the other. */
const drained = (queue: Queue): readonly Delivery[] => {
  const done: Delivery[] = [];
  while (queue.size() > 0)
    for (const work of queue.take(0, Infinity)) {
      done.push(work.delivery);
      queue.settle(work, null);
    }
  return done;
};

/** Takes in all of the log, by as many processes as it takes; how many were killed. */
export const takeInToTheEnd = async (taker: Taker, { feed, readOn, all, head }: Source): Promise<number> => {
  const wanted = all.filter(({ cloudEvent }) => taker.types.includes(cloudEvent.type));
  const byId = new Map(wanted.map(event => [event.cloudEvent.id, event]));
  const eventsOf = (made: readonly Delivery[]): readonly LifecycleEvent[] =>
    made.flatMap(({ id }) => byId.get(id) ?? []);
  const model = followerModel(wanted, head);
  const checkpoints = memoryCheckpoints();
  const stored = new Map<string, Delivery>();
  const [reads, additions, saves] = [inTurn(taker.reads), inTurn(taker.additions), inTurn(taker.saves)];

  const add = (made: readonly Delivery[], inPart: boolean): ReadonlySet<string> => {
    model.delivers(eventsOf(made));
    const some = inPart ? made.slice(0, Math.floor(made.length / 2)) : made;
    const added = some.filter(({ id }) => !stored.has(id));
    for (const each of added) stored.set(each.id, each);
    model.takes(eventsOf(some));
    return new Set(added.map(({ id }) => id));
  };
  const optionsOf = ({ call }: Process): IntakeOptions => ({
    feed,
    clock: () => 0,
    readOn: (after, types) => call(reads(), () => readOn(after, types)),
    deliveries: {
      pending: () => call('done', () => [...stored.values()]),
      add: async made => {
        const added = await call(additions(), inPart => add(made, inPart));
        model.hears(eventsOf(made));
        return added;
      },
    },
    checkpoints: {
      load: async name => {
        const found = await checkpoints.load(name);
        model.knows(found ?? 0);
        return found;
      },
      save: async (name, position) => {
        await call(saves(), () => {
          model.saves(position);
          return checkpoints.save(name, position);
        });
        model.knows(position);
      },
    },
  });

  /** The queue of a process that came to the end; null where it was killed. */
  const live = async (): Promise<Queue | null> => {
    const process = startProcess();
    const queue = createQueue();
    const intake = createIntake(optionsOf(process), 'w1', queue);
    const webhook = webhookOf(taker.types);
    while (process.alive()) {
      try {
        if (!intake.begun()) await intake.begin(webhook);
        const more = await intake.fill(webhook);
        if (!more && intake.position() >= head) return queue;
      } catch (error) {
        if (!(error instanceof Fated)) throw error;
      }
      await turn();
    }
    return null;
  };

  let killed = 0;
  let queue = await live();
  for (; queue === null; killed++) queue = await live();
  model.ends();
  const left = Map.groupBy(drained(queue), ({ leadId }) => leadId);
  for (const [lead, events] of Map.groupBy(wanted, ({ leadId }) => leadId))
    expect(left.get(lead)).toMatchObject(events.map(({ cloudEvent: { id } }) => ({ id })));
  return killed;
};
