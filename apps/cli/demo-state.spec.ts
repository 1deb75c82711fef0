import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoId, makeHistory, writeSteps } from '../../libs/demo/index.ts';
import { openEngine, parseSettings, type Engine } from '../../libs/engine/index.ts';
import { demoState, type DemoState } from './demo-state.ts';

const now = Date.UTC(2026, 4, 17, 13, 45);
const asked = { leads: 12, seed: 's' };
const demo = { ...asked, end: new Date('2026-05-17T00:00:00Z') };

let folder: string;
let engine: Engine;
let time: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
  time = now;
  engine = await openEngine(parseSettings({}, { data: folder }), { clock: () => time });
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

type Open = Extract<DemoState, { kind: 'open' }>;
const write = async (steps: Open['steps']): Promise<void> => {
  await writeSteps(engine.commands, steps, { actor: 'demo', correlationId: demoId(demo) });
};

describe('demoState', () => {
  it('offers an empty log the whole demo, up to the last midnight', async () => {
    expect(await demoState(engine, asked)).toEqual({
      kind: 'open',
      demo,
      steps: makeHistory(demo).steps,
      resumed: false,
    });
  });

  it('offers a log that a demo has begun what is missing, also on a later day', async () => {
    const { steps } = makeHistory(demo);
    await write(steps.slice(0, 100));
    time = now + 3 * 86_400_000;
    expect(await demoState(engine, asked)).toEqual({
      kind: 'open',
      demo,
      steps: steps.slice(100),
      resumed: true,
    });
  });

  it('takes a whole demo for taken', async () => {
    await write(makeHistory(demo).steps);
    expect(await demoState(engine, asked)).toEqual({
      kind: 'taken',
      sentence: `${folder} holds the demo of 12 leads, seed s, already`,
    });
  });

  it.each([
    { leads: 13, seed: 's' },
    { leads: 12, seed: 't' },
  ])('takes the beginning of another demo for taken, if asked for %j', async other => {
    await write(makeHistory(demo).steps.slice(0, 10));
    expect((await demoState(engine, other)).kind).toBe('taken');
  });

  it("takes anybody else's log for taken", async () => {
    await engine.commands.captureLead({ id: 'a' }, { command: 'captureLead', actor: 'api' });
    expect(await demoState(engine, asked)).toEqual({
      kind: 'taken',
      sentence: `${folder} holds 1 events already`,
    });
  });
});
