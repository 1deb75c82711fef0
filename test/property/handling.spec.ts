import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RuleViolation } from '../../libs/domain/errors.ts';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import type { CaptureLead, CommandResult } from '../../libs/handling/port.ts';
import { asking, by, commandsOver, Crash, dying, openLog, type OpenLog } from './handling-fixture.ts';

type Answer = CommandResult | RuleViolation;

const emails = ['ann@example.org', 'bob@example.org', 'cat@example.org'];
const phones = ['+49 171 000001', '+49 171 000002'];
const ids = ['l1', 'l2'];

const sometimes = (values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

const capture = fc
  .record({ id: sometimes(ids), email: sometimes(emails), phone: sometimes(phones) })
  .filter(({ id, email, phone }) => (id ?? email ?? phone) !== undefined)
  .map(given => Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as CaptureLead);

interface Captured {
  readonly leadId: string;
  readonly personal?: { readonly email?: string; readonly phone?: string };
}

const isCapture = ({ type }: RecordedEvent): boolean => type === 'LeadCaptured' || type === 'LeadRecaptured';

/** What must hold of any log, whatever was captured in whatever order. */
const checkLog = (log: readonly RecordedEvent[]): void => {
  const leads = Map.groupBy(
    log.filter(({ stream }) => stream.startsWith('lead-')),
    ({ stream }) => stream,
  );
  for (const [stream, events] of leads) {
    const told = events.filter(({ type }) => type !== 'IdentityReleased');
    // Exactly one capture, and before anything else that is said of the lead.
    expect([stream, told.filter(({ type }) => type === 'LeadCaptured').length]).toEqual([
      stream,
      told.length === 0 ? 0 : 1,
    ]);
    if (told.length > 0) expect(told[0]!.type).toBe('LeadCaptured');
  }
  const owners = new Map<string, Set<string>>();
  for (const event of log.filter(isCapture)) {
    const { leadId, personal } = event.data as Captured;
    for (const identity of [personal?.email, personal?.phone])
      if (identity !== undefined)
        owners.set(identity, (owners.get(identity) ?? new Set<string>()).add(leadId));
  }
  for (const [identity, leadIds] of owners) expect([identity, leadIds.size]).toEqual([identity, 1]);
};

/** Yields to other tasks a chosen number of times before an append, so that captures interleave in many ways. */
const stuttering = (pauses: readonly number[]) => {
  let next = 0;
  return async (): Promise<void> => {
    const turns = pauses.length === 0 ? 0 : pauses[next++ % pauses.length]!;
    for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
  };
};

describe('captures', () => {
  let log: OpenLog;

  beforeEach(() => {
    log = openLog();
  });
  afterEach(() => log.close());

  const fresh = async (): Promise<void> => {
    await log.close();
    log = openLog();
  };

  it('that run together leave each e-mail and phone with one lead, and name both leads of a conflict', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(capture, { minLength: 2, maxLength: 14 }),
        fc.array(fc.nat(4), { maxLength: 12 }),
        fc.boolean(),
        async (given, pauses, together) => {
          await fresh();
          const commands = commandsOver(asking(log.events, stuttering(pauses), together));
          const answers = await Promise.all(
            given.map(one =>
              commands.captureLead(one, by('captureLead')).catch((error: unknown): Answer => {
                if (error instanceof RuleViolation) return error;
                throw error;
              }),
            ),
          );
          const all = await log.all();
          checkLog(all);
          const written = all.filter(isCapture);
          const captured = new Set(written.map(({ data }) => (data as Captured).leadId));
          for (const [index, answer] of answers.entries()) {
            if (answer instanceof RuleViolation) {
              expect(answer.rule).toBe('identity-conflict');
              const { leadIds } = answer.fields as { leadIds: readonly string[] };
              expect(new Set(leadIds).size).toBe(2);
              // The one that was in the way is real; the other is real or the caller's own.
              expect(captured).toContain(leadIds[1]);
              if (leadIds[0] !== given[index]!.id) expect(captured).toContain(leadIds[0]);
            } else {
              const event = written.find(({ position }) => position === answer.position);
              expect(event).toMatchObject({ stream: `lead-${answer.id}`, revision: answer.revision });
              expect(answer.created).toBe(event!.type === 'LeadCaptured');
            }
          }
          // Each answered capture wrote one event of its own; a refused one wrote none.
          const places = answers.flatMap(answer => ('position' in answer ? [answer.position] : []));
          expect(written.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
            places.sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 80 },
    );
  });

  it('that die between any two appends and are repeated by key are done once and answered alike', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(capture, fc.nat(5)), { minLength: 1, maxLength: 8 }),
        async given => {
          await fresh();
          const sound = commandsOver(log.events);
          const run = async (one: CaptureLead, index: number, commands = sound): Promise<Answer> =>
            commands.captureLead(one, by('captureLead', `key ${index}`)).catch((error: unknown): Answer => {
              if (error instanceof RuleViolation) return error;
              throw error;
            });
          for (const [index, [one, appends]] of given.entries())
            await run(one, index, commandsOver(dying(log.events, appends))).catch((error: unknown) => {
              if (!(error instanceof Crash)) throw error;
            });
          const first: Answer[] = [];
          for (const [index, [one]] of given.entries()) first.push(await run(one, index));
          const head = await log.events.head();
          const again = await Promise.all(given.map(([one], index) => run(one, index)));
          for (const [index, answer] of first.entries()) {
            if (answer instanceof RuleViolation) continue;
            expect(again[index]).toEqual(answer);
          }
          expect(await log.events.head()).toBe(head);
          const all = await log.all();
          checkLog(all);
          const done = first.filter(answer => !(answer instanceof RuleViolation)).length;
          expect(all.filter(isCapture)).toHaveLength(done);
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        },
      ),
      { numRuns: 80 },
    );
  });
});
