import fc from 'fast-check';
import type { SubjectFactory } from '../contract/event-store/setup.ts';
import { eventStoreCommands, type Real } from './event-store/commands.ts';
import { logModel, type LogModel } from './event-store/model.ts';

/**
 * Does to a store all that can be done, in any order, and compares it with a plain list of events.
 *
 * @param inCallOrder whether the log keeps the order of the calls where they go to several streams at once
 */
export const behavesAsList = (
  factory: SubjectFactory,
  numRuns: number,
  inCallOrder: boolean,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(eventStoreCommands, async commands => {
      const subject = await factory();
      try {
        const setup = (): { model: LogModel; real: Real } => ({
          model: logModel(),
          real: { subject, store: subject.store, inCallOrder },
        });
        await fc.asyncModelRun(setup, commands);
      } finally {
        await subject.dispose();
      }
    }),
    { numRuns },
  );
