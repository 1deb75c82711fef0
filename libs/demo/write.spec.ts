import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/index.ts';
import { createCommands } from '../handling/index.ts';
import type { Commands } from '../handling/port.ts';
import { defaultWorkspace } from '../projecting/workspace.ts';
import { makeHistory } from './history.ts';
import { demoId, noted } from './resume.ts';
import { writeSteps } from './write.ts';

const demo = { leads: 60, seed: 'write', end: new Date('2026-05-01T00:00:00Z') };
const { steps } = makeHistory(demo);
const run = { actor: 'demo', correlationId: demoId(demo) };

let folder: string;
let events: EventStore;
let commands: Commands;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  events = openSqliteEventStore({ file: join(folder, 'events.db') });
  commands = createCommands({
    events,
    clock: () => demo.end.getTime(),
    newId: () => randomUUID(),
    secret: 'a secret of thirty-two characters',
    stages: defaultWorkspace.stages.map(({ name }) => name),
  });
});

afterEach(async () => {
  await events.close();
  rmSync(folder, { recursive: true });
});

const log = (): Promise<readonly RecordedEvent[]> => events.readAll(0, 100_000);

/** What a log says, without what differs from run to run. */
const said = (found: readonly RecordedEvent[]): readonly string[] =>
  found.map(({ type, occurredAt, data }) => JSON.stringify([type, occurredAt, data])).toSorted();

const missing = (found: readonly RecordedEvent[]): number => {
  const done = noted();
  for (const event of found) done.add(event);
  return steps.filter(step => !done.has(step)).length;
};

describe('writeSteps', () => {
  it('writes every step, through the commands that refuse what breaks a rule', async () => {
    const progress: number[] = [];
    const written = await writeSteps(commands, steps, {
      ...run,
      onProgress: ({ done }) => progress.push(done),
    });
    expect(written).toEqual({ done: steps.length, total: steps.length });
    expect(progress.at(-1)).toBe(steps.length);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(missing(await log())).toBe(0);
  });

  it("keeps each lead's order", async () => {
    await writeSteps(commands, steps, run);
    const stages = new Map<string, string[]>();
    for (const { type, metadata } of await log()) {
      const { leadId = '' } = metadata;
      if (type.startsWith('Opportunity') || type === 'LeadCaptured')
        stages.set(leadId, [...(stages.get(leadId) ?? []), type]);
    }
    for (const types of stages.values()) {
      expect(types[0]).toBe('LeadCaptured');
      if (types.length > 1) expect(types[1]).toBe('OpportunityOpened');
    }
  });

  it('says in every event who wrote it and as what', async () => {
    await writeSteps(commands, steps, run);
    const odd = (await log()).filter(
      ({ metadata }) => metadata.actor !== 'demo' || metadata.correlationId !== demoId(demo),
    );
    expect(odd).toEqual([]);
  });

  it('holds personal data in its one place only', async () => {
    await writeSteps(commands, steps, run);
    const bare = (await log()).map(({ stream, data, metadata }) => {
      const rest = { ...(data as { personal?: unknown }), personal: null };
      return { stream, rest, metadata };
    });
    expect(JSON.stringify(bare)).not.toMatch(/@example|\+999/);
  });

  it('stops between windows, and what is missing can be written later: the log says the same in the end', async () => {
    const stop = new AbortController();
    const { done, total } = await writeSteps(commands, steps, {
      ...run,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(done).toBe(1_000);
    expect(done).toBeLessThan(total);
    const half = noted();
    for (const event of await log()) half.add(event);
    await writeSteps(
      commands,
      steps.filter(step => !half.has(step)),
      run,
    );
    const resumed = said(await log());
    const other = openSqliteEventStore({ file: join(folder, 'other.db') });
    const whole = createCommands({
      events: other,
      clock: () => demo.end.getTime(),
      newId: () => randomUUID(),
      secret: 'a secret of thirty-two characters',
      stages: defaultWorkspace.stages.map(({ name }) => name),
    });
    await writeSteps(whole, steps, run);
    expect(resumed).toEqual(said(await other.readAll(0, 100_000)));
    await other.close();
  });

  it('fails when a fact is refused', async () => {
    const odd = { id: 'x', type: 'NoSuchFact', leadId: 'demo-00001', occurredAt: 0 };
    const step = { at: 0, leadId: 'demo-00001', do: 'recordTouchpoint', command: odd } as const;
    await expect(writeSteps(commands, [step], run)).rejects.toThrow(/^x was refused: /);
  });
});
