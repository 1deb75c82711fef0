import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { anEvent, events } from '../../../test/support/events.ts';
import { plainCodec } from '../codec.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Appended } from '../port.ts';
import { prepareAppend, type PreparedAppend } from '../prepare.ts';
import { groupCommit } from './group-commit.ts';
import type { Call, GroupResult } from './write-group.ts';

const one = (stream: string, count = 1): PreparedAppend =>
  prepareAppend(stream, events(count), 'ANY', plainCodec);

/** Takes every append, in order, and says where it stands. */
const taking = () => {
  let position = 0;
  const take = ({ events: { length } }: PreparedAppend): Appended => {
    position += length;
    return { revision: length - 1, position, duplicates: [] };
  };
  return (calls: readonly Call[]): GroupResult => {
    const outcomes = calls.map(call => call.map(take));
    return { outcomes, written: calls.flat().reduce((sum, append) => sum + append.events.length, 0) };
  };
};

type Write = (calls: readonly Call[], now: number) => GroupResult | Promise<GroupResult>;

const setUp = (write: Write = taking(), busyWaitMs = 60) => {
  const written = jest.fn<Write>(write);
  const onCommit = jest.fn();
  const commits = groupCommit(written, { clock: () => 7, busyWaitMs, onCommit });
  const groups = (): readonly (readonly string[])[] =>
    written.mock.calls.map(([calls]) => calls.flatMap(call => call.map(({ stream }) => stream)));
  return { commits, written, onCommit, groups };
};

const busy: GroupResult = { error: new Error('SQLITE_BUSY'), busy: true, outcomeUnknown: false };

describe('appends that wait for a commit', () => {
  it('are taken in the order in which they came, each once, whether the writer answers at once or later', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(400, 1_000)), {
      maxLength: 15,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async (list, later) => {
        const take = taking();
        const { commits, groups } = setUp(later ? calls => turn().then(() => take(calls)) : take);
        const answers = await Promise.all(list.map((count, n) => commits.append(one(`lead-${n}`, count))));
        expect(groups().flat()).toEqual(list.map((_, n) => `lead-${n}`));
        expect(answers.map(({ position }) => position)).toEqual(
          list.map((_, n) => list.slice(0, n + 1).reduce((sum, count) => sum + count, 0)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('make groups of 2,000 events at most, but for one call that is larger alone', async () => {
    const sizes = fc.array(
      fc
        .integer({ min: 1, max: 5 })
        .chain(appends =>
          fc.array(fc.constantFrom(1, 300, 1_000), { minLength: appends, maxLength: appends }),
        ),
      {
        minLength: 1,
        maxLength: 10,
      },
    );
    await fc.assert(
      fc.asyncProperty(sizes, async list => {
        const { commits, written } = setUp();
        await Promise.all(
          list.map(call => commits.appendEach(call.map((count, n) => one(`lead-${n}`, count)))),
        );
        const sizeOf = (calls: readonly Call[]): number =>
          calls.flat().reduce((sum, append) => sum + append.events.length, 0);
        const groups = written.mock.calls.map(([calls]) => calls);
        for (const calls of groups) if (calls.length > 1) expect(sizeOf(calls)).toBeLessThanOrEqual(2_000);
        // No two neighbours would have fitted into one.
        for (const [n, calls] of groups.entries())
          if (groups[n + 1] !== undefined)
            expect(sizeOf(calls) + sizeOf(groups[n + 1]!.slice(0, 1))).toBeGreaterThan(2_000);
      }),
      { numRuns: 20 },
    );
  });

  it('are told each its own outcome: one that is refused harms nobody else', async () => {
    const take = taking();
    const { commits, onCommit } = setUp(calls => {
      const result = take(calls) as Extract<GroupResult, { readonly outcomes: unknown }>;
      return {
        ...result,
        outcomes: result.outcomes.map((outcome, n) =>
          n === 1 ? { stream: 'lead-1', expected: 5 as const, actual: null } : outcome,
        ),
      };
    });
    const settled = await Promise.allSettled([0, 1, 2].map(n => commits.append(one(`lead-${n}`))));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: new WrongExpectedRevision('lead-1', 5, null) });
    expect(onCommit).toHaveBeenCalledTimes(1);
  });

  it('that come while a group is written go together into the next one', async () => {
    const take = taking();
    const gate = Promise.withResolvers<undefined>();
    let first = true;
    const { commits, groups } = setUp(async calls => {
      if (first) await gate.promise;
      first = false;
      return take(calls);
    });
    const all = [commits.append(one('first-1'))];
    await turn();
    for (let n = 0; n < 5; n++) all.push(commits.append(one(`later-${n}`)));
    await turn();
    expect(groups()).toEqual([['first-1']]);
    gate.resolve(undefined);
    await Promise.all(all);
    expect(groups().map(({ length }) => length)).toEqual([1, 5]);
  });

  it.each([true, false])(
    'are all refused with the reason when the write fails, and the next are taken (unknown: %s)',
    async outcomeUnknown => {
      const take = taking();
      const error = new Error('disk I/O error');
      let fails = true;
      const { commits, onCommit } = setUp(calls =>
        fails ? { error, busy: false, outcomeUnknown } : take(calls),
      );
      const settled = await Promise.allSettled([
        commits.append(one('lead-1')),
        commits.appendEach([one('lead-2'), one('lead-3')]),
      ]);
      for (const each of settled) {
        expect(each).toMatchObject({ status: 'rejected', reason: { outcomeUnknown, cause: error } });
        expect(each).toMatchObject({
          reason: new StoreUnavailable('the log could not be written: Error: disk I/O error'),
        });
      }
      expect(onCommit).not.toHaveBeenCalled();
      fails = false;
      expect(await commits.append(one('lead-4'))).toMatchObject({ position: 1 });
    },
  );
});

describe('appends to a file that another has', () => {
  it('keep their order in front of those that came since, however often the file is busy', async () => {
    const take = taking();
    let left = 4;
    const { commits, groups } = setUp(calls => turn().then(() => (left-- > 0 ? busy : take(calls))), 60_000);
    const first = [commits.append(one('lead-0')), commits.append(one('lead-1'))];
    await turn();
    // Comes while the first two are tried.
    const rest = [commits.append(one('lead-2'))];
    await Promise.all([...first, ...rest]);
    expect(groups()[0]).toEqual(['lead-0', 'lead-1']);
    expect(groups().at(-1)).toEqual(['lead-0', 'lead-1', 'lead-2']);
    expect(groups()).toHaveLength(5);
  });

  it('are given up together when it lasts, those that came since too, and the next are taken', async () => {
    const take = taking();
    let isBusy = true;
    const { commits, written } = setUp(calls => turn().then(() => (isBusy ? busy : take(calls))), 40);
    const refusal = async (stream: string): Promise<readonly [unknown, number]> => {
      const told: unknown = await commits.append(one(stream)).catch((error: unknown) => error);
      return [told, written.mock.calls.length];
    };
    const early = refusal('lead-0');
    await turn();
    const all = await Promise.all([early, refusal('lead-1')]);
    const message = expect.stringContaining('SQLITE_BUSY');
    for (const [told] of all)
      expect(told).toMatchObject({ name: 'StoreUnavailable', outcomeUnknown: false, message });
    // Nobody was tried for longer than the other.
    expect(new Set(all.map(([, attempts]) => attempts)).size).toBe(1);
    isBusy = false;
    expect(await commits.append(one('lead-2'))).toMatchObject({ position: 1 });
  });
});

describe('draining', () => {
  it('waits for all that came before, and for nothing more', async () => {
    const { commits, groups } = setUp();
    const order: string[] = [];
    void commits.appendEach([one('lead-1', 900), one('lead-1', 900)]).then(() => order.push('one'));
    void commits.appendEach([one('lead-2', 900), one('lead-2', 900)]).then(() => order.push('two'));
    await Promise.all([commits.drained().then(() => order.push('drained')), commits.drained()]);
    expect(order).toEqual(['one', 'two', 'drained']);
    expect(groups()).toHaveLength(2);
  });

  it('asks the writer for nothing where nothing waits', async () => {
    const { commits, written, onCommit } = setUp();
    await commits.drained();
    expect([written.mock.calls.length, onCommit.mock.calls.length]).toEqual([0, 0]);
    await commits.append(prepareAppend('lead-1', [anEvent()], 'ANY', plainCodec));
    expect(written.mock.calls[0]![1]).toBe(7);
  });
});
