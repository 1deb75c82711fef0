import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotFound, RuleViolation } from '../../libs/domain/errors.ts';
import { checkEventData } from '../../libs/domain/validate.ts';
import { WrongExpectedRevision } from '../../libs/event-store/errors.ts';
import type { Commands } from '../../libs/handling/port.ts';
import { by, commandsOver, Crash, dying, openLog, type OpenLog } from './handling-fixture.ts';

type Run = (commands: Commands, key: string) => Promise<unknown>;

interface Step {
  readonly what: string;
  readonly run: Run;
}

const step = (what: string, run: Run): Step => ({ what, run });

const lead = fc.constantFrom('l1', 'l2');
const email = fc.constantFrom('ann@example.org', 'bob@example.org');
const company = fc.constantFrom('Acme', 'Beta');
const deal = fc.constantFrom('o1', 'o2');

const captured = fc
  .record({ id: fc.option(lead, { nil: undefined }), email, company })
  .map(one => step(`capture ${JSON.stringify(one)}`, (c, key) => c.captureLead(one, by('captureLead', key))));

const updated = fc
  .record({ id: lead, company, email: fc.option(email, { nil: undefined }) })
  .map(one => step(`update ${JSON.stringify(one)}`, (c, key) => c.updateLead(one, by('updateLead', key))));

const staged = fc
  .record({ id: lead, stage: fc.constantFrom('lead', 'mql', 'nowhere') })
  .map(one => step(`stage ${JSON.stringify(one)}`, (c, key) => c.changeStage(one, by('changeStage', key))));

const seen = fc
  .array(fc.record({ id: fc.constantFrom('t1', 't2', 't3'), leadId: lead }), { minLength: 1, maxLength: 4 })
  .map(facts =>
    step(`touchpoints ${JSON.stringify(facts)}`, (c, key) =>
      c.recordTouchpoints(
        facts.map(fact => ({ ...fact, type: 'PageViewed' })),
        by('recordTouchpoints', key),
      ),
    ),
  );

const sold = fc.record({ id: deal, leadId: lead, n: fc.nat(4) }).map(({ id, leadId, n }) =>
  step(`deal ${id} of ${leadId}, ${n}`, (c, key) => {
    const amount = { amount: n * 100, currency: 'EUR' };
    switch (n) {
      case 0:
        return c.openOpportunity({ id, leadId, amount }, by('open', key));
      case 1:
        return c.moveOpportunity({ id, stage: 'offer' }, by('move', key));
      case 2:
        return c.winOpportunity({ id, amount }, by('win', key));
      case 3:
        return c.loseOpportunity({ id }, by('lose', key));
      default:
        return c.reopenOpportunity({ id }, by('reopen', key));
    }
  }),
);

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: captured },
    { weight: 2, arbitrary: updated },
    { weight: 2, arbitrary: staged },
    { weight: 2, arbitrary: seen },
    { weight: 4, arbitrary: sold },
  ),
  { minLength: 1, maxLength: 12 },
);

/** What came of a step: its answer without places, which depend on what else is in the log, or the refusal. */
const outcome = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    const answer = await run();
    return JSON.stringify(answer, (name, value: unknown) => (name === 'position' ? undefined : value));
  } catch (error) {
    if (error instanceof RuleViolation) return error.rule;
    if (error instanceof NotFound || error instanceof WrongExpectedRevision) return error.message;
    throw error;
  }
};

const streams = async (log: OpenLog): Promise<Readonly<Record<string, unknown>>> => {
  const all = await log.all();
  for (const { type, data } of all) expect([type, checkEventData(type, data)]).toEqual([type, []]);
  const told = all.map(({ id, type, stream, revision, data, metadata }) => ({
    id,
    type,
    stream,
    revision,
    data,
    metadata,
  }));
  return Object.fromEntries(Map.groupBy(told, ({ stream }) => stream));
};

describe('commands with keys', () => {
  it('that die anywhere and are repeated leave the log as if they had not', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }), async (given, lives) => {
        const [plain, mended] = [openLog(), openLog()];
        try {
          for (const [index, { run }] of given.entries()) {
            const key = `key ${index}`;
            const expected = await outcome(() => run(commandsOver(plain.events), key));
            const mortal = commandsOver(dying(mended.events, lives[index % lives.length]!));
            await outcome(() => run(mortal, key)).catch((error: unknown) => {
              if (!(error instanceof Crash)) throw error;
            });
            const sound = commandsOver(mended.events);
            expect(await outcome(() => run(sound, key))).toBe(expected);
          }
          expect(await streams(mended)).toEqual(await streams(plain));
        } finally {
          await Promise.all([plain.close(), mended.close()]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('that are all repeated later in any order change nothing and are answered alike', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (given, order) => {
        const log = openLog();
        try {
          const commands = commandsOver(log.events);
          const done: { readonly index: number; readonly answer: unknown }[] = [];
          for (const [index, { run }] of given.entries()) {
            const answer = await run(commands, `key ${index}`).catch((error: unknown) => {
              if (error instanceof RuleViolation || error instanceof NotFound) return null;
              throw error;
            });
            if (answer !== null) done.push({ index, answer });
          }
          const head = await log.events.head();
          const ranked = done.map(one => ({ one, rank: order.next().value as number }));
          for (const { one } of ranked.sort((a, b) => a.rank - b.rank))
            expect(await given[one.index]!.run(commands, `key ${one.index}`)).toEqual(one.answer);
          expect(await log.events.head()).toBe(head);
        } finally {
          await log.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});
