import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { temporaryFolder } from '../../test/support/folder.ts';
import { bandReminder } from '../../projections/lead-score/band-reminder.ts';
import { leadScore } from '../../projections/lead-score/lead-score.projection.ts';
import type { Happening } from '../domain/catalog.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore } from '../event-store/port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/index.ts';
import { createProjector } from '../projecting/projector.ts';
import type { Projector } from '../projecting/port.ts';
import type { Reminder } from '../projecting/reminder.ts';
import { recorded, testContext, type ShortEvent } from '../projecting/testing.ts';
import { defaultWorkspace } from '../projecting/workspace.ts';
import type { ReadStore } from '../read-store/port.ts';
import { openSqliteReadStore } from '../read-store/sqlite/index.ts';
import { smallModel } from '../scoring/testing.ts';
import { createScheduler, type Scheduler, type Scheduling } from './index.ts';

const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const context = testContext({ workspace: { ...defaultWorkspace, score: smallModel } });

let folder: ReturnType<typeof temporaryFolder>;
let events: EventStore;
let reads: ReadStore;
let projector: Projector;
let now: number;
let appended: number;

beforeEach(() => {
  folder = temporaryFolder();
  events = openSqliteEventStore({ file: join(folder.path, 'log.db'), pollMs: 20 });
  reads = openSqliteReadStore({ dir: join(folder.path, 'read') });
  projector = createProjector({ events, reads, projections: [leadScore], context, clock: Date.now });
  projector.start();
  now = begin + 400 * day;
  appended = 0;
});

afterEach(async () => {
  await projector.stop();
  await reads.close();
  await events.close();
  folder.remove();
});

const put = async (short: ShortEvent): Promise<void> => {
  const { id, type, version, occurredAt, data, metadata, stream } = recorded(short, ++appended);
  await events.append(stream, [{ id, type, version, occurredAt, data, metadata }], 'ANY');
};

const meeting = (leadId: string, days: number): Promise<void> =>
  put({
    type: 'MeetingHeld',
    data: { leadId, touchpointId: `t${appended}` },
    occurredAt: begin + days * day,
  });

const scheduler = (change: Partial<Scheduling> = {}): Scheduler =>
  createScheduler({ events, reads, reminders: [bandReminder], context, clock: () => now, ...change });

const facts = async (): Promise<readonly RecordedEvent[]> =>
  (await events.readAll(0, 100_000)).filter(({ type }) => type === 'ScoreBandChanged');

const told = async (): Promise<readonly (readonly [string, number, string | null, string])[]> =>
  (await facts()).map(({ occurredAt, data }) => {
    const { leadId, from, to } = data as { leadId: string; from: string | null; to: string };
    return [leadId, (occurredAt - begin) / day, from, to];
  });

/** 30 points with a half-life of 20.5 days: below 20 after so many. */
const cooled = Math.ceil(20.5 * day * Math.log2(30 / 20)) / day;
/** The same when something is left of another meeting, a hundred days before. */
const cooledAgain = Math.ceil(20.5 * day * Math.log2((30 + 30 * 2 ** (-100 / 20.5)) / 20)) / day;

describe('what is due', () => {
  it('is appended once each, in order of time, as what had happened then', async () => {
    await meeting('ann', 0);
    await meeting('ann', 100);
    expect(await scheduler().run()).toBe(4);
    expect(await told()).toEqual([
      ['ann', 0, null, 'warm'],
      ['ann', cooled, 'warm', 'cold'],
      ['ann', 100, 'cold', 'warm'],
      ['ann', 100 + cooledAgain, 'warm', 'cold'],
    ]);
    const [first] = await facts();
    expect(first).toMatchObject({
      stream: 'lead-ann',
      version: 1,
      data: { model: 'small@3' },
      metadata: { leadId: 'ann', actor: 'scheduler' },
    });
    expect(await scheduler().run()).toBe(0);
    expect(await projector.verify()).toEqual([]);
  });

  it('waits for its very millisecond, whatever the clock did before', async () => {
    await meeting('ann', 0);
    now = begin + cooled * day - 1;
    expect(await scheduler().run()).toBe(1);
    now -= 30 * day;
    expect(await scheduler().run()).toBe(0);
    now = begin + cooled * day - 1;
    expect(await scheduler().run()).toBe(0);
    now += 1;
    expect(await scheduler().run()).toBe(1);
    now += 1_000 * day;
    expect(await scheduler().run()).toBe(0);
    expect((await told()).map(([, , , to]) => to)).toEqual(['warm', 'cold']);
  });

  it('moves when something late arrives, before and after it was told', async () => {
    await meeting('ann', 0);
    now = begin + 11 * day;
    await scheduler().run();
    await meeting('ann', 10);
    now = begin + (cooled + 1) * day;
    expect(await scheduler().run()).toBe(0);
    now = begin + 400 * day;
    await scheduler().run();
    expect((await told()).map(([, , , to]) => to)).toEqual(['warm', 'cold']);
    // He was warm again when the log said that he was cold; and hot meanwhile, which nobody had told.
    await meeting('ann', 10.5);
    await scheduler().run();
    const said = await told();
    const last = said.at(-1)!;
    expect(said.map(([, , , to]) => to)).toEqual(['warm', 'cold', 'warm', 'cold']);
    expect([said[2]![1], last[1] > said[1]![1]]).toEqual([said[1]![1], true]);
    expect(await scheduler().run()).toBe(0);
  });

  it('is told once by two at once, and once again after a restart and a rebuild', async () => {
    for (let n = 0; n < 30; n++) await meeting(`l${n}`, n);
    const results = await Promise.all([scheduler().run(), scheduler().run(), scheduler().run()]);
    await scheduler().run();
    expect(await facts()).toHaveLength(60);
    expect(results.reduce((sum, taken) => sum + taken, 0)).toBeLessThanOrEqual(60);
    await projector.rebuild('lead-score');
    expect(await scheduler().run()).toBe(0);
    expect(new Set((await facts()).map(({ id }) => id)).size).toBe(60);
  });

  it('comes in bulk without end of rounds: of 2,500 leads', async () => {
    await Promise.all(
      Array.from({ length: 2_500 }, (_, n) =>
        put({ type: 'MeetingHeld', data: { leadId: `l${n}`, touchpointId: 't' }, occurredAt: begin + n }),
      ),
    );
    const lines: unknown[] = [];
    const log: Scheduling['log'] = (_, message, fields) => lines.push([message, fields]);
    expect(await scheduler({ log }).run()).toBe(5_000);
    expect(lines[0]).toEqual(['what was due is in the log', { projection: 'lead-score', facts: 1_000 }]);
  });
});

describe('nothing is told', () => {
  it('by a read model that is behind', async () => {
    await meeting('ann', 0);
    await projector.catchUp();
    await projector.stop();
    await meeting('ann', 1);
    expect(await scheduler({ patienceMs: 60 }).run()).toBe(0);
    expect(await facts()).toEqual([]);
    projector.start();
    expect(await scheduler().run()).toBeGreaterThan(0);
  });

  it('by one that is only being built', async () => {
    await projector.stop();
    await meeting('ann', 0);
    expect(await scheduler({ patienceMs: 60 }).run()).toBe(0);
  });

  it('by one that another model made', async () => {
    await meeting('ann', 0);
    await projector.catchUp();
    const other = { ...context, workspace: { ...context.workspace, score: { ...smallModel, version: 4 } } };
    expect(await scheduler({ context: other }).run()).toBe(0);
  });

  it('of a lead with a parked event, until it is released', async () => {
    await meeting('ann', 0);
    await projector.catchUp();
    const live = (await reads.generations('lead-score')).find(({ status }) => status === 'live')!;
    await projector.stop();
    const { position, batch } = await reads.checkpoint(live);
    const parked = {
      entity: 'ann',
      position,
      eventId: 'x',
      type: 'MeetingHeld',
      raw: {},
      error: 'broken',
    };
    const change = { follows: batch, position, entities: [], cells: [], park: [parked], release: [] };
    await reads.commit(live, change);
    expect(await scheduler().run()).toBe(0);
    await reads.commit(live, { ...change, follows: batch + 1, park: [], release: ['ann'] });
    projector.start();
    expect(await scheduler().run()).toBe(2);
  });
});

describe('a running scheduler', () => {
  const until = async (count: number): Promise<void> => {
    for (let tries = 0; (await facts()).length < count && tries < 200; tries++) await pause(25);
    expect(await facts()).toHaveLength(count);
  };

  it('tells what falls due while it runs, by the bell and by the clock, until it is stopped', async () => {
    now = begin + cooled * day - 1;
    const running = scheduler();
    running.start();
    running.start();
    await meeting('ann', 0);
    await until(1);
    now += 1;
    await until(2);
    await running.stop();
    await running.stop();
    await meeting('bob', 0);
    await pause(150);
    expect(await facts()).toHaveLength(2);
  });

  it('goes on after the log was away', async () => {
    let failures = 2;
    const flaky: EventStore = {
      ...events,
      append: (...args) =>
        failures-- > 0 ? Promise.reject(new StoreUnavailable('gone', true)) : events.append(...args),
    };
    const lines: unknown[] = [];
    const running = scheduler({ events: flaky, log: (level, message) => lines.push([level, message]) });
    await meeting('ann', 0);
    running.start();
    await until(2);
    await running.stop();
    expect(lines).toContainEqual(['error', 'the log or a read model is away; trying again']);
  });

  it('does not spin on a fact that does not move what is due', async () => {
    let asked = 0;
    const stuck: Reminder = {
      projection: leadScore,
      fact: ({ id }): Happening => {
        asked++;
        return { type: 'CustomerChurned', data: { leadId: id, lastOrderOn: '2026-01-01', inactiveDays: 90 } };
      },
    };
    await meeting('ann', 0);
    const one = scheduler({ reminders: [stuck] });
    expect([await one.run(), await one.run()]).toEqual([1, 0]);
    expect(asked).toBe(3);
  });
});
