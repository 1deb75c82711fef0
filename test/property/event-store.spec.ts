import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { sqliteSubject } from '../support/sqlite-events.ts';
import { eventStoreCommands, type Real } from './event-store/commands.ts';
import { logModel, type LogModel } from './event-store/model.ts';

describe('the SQLite event store', () => {
  it('behaves as a plain list of events does, whatever is done to it', async () => {
    await fc.assert(
      fc.asyncProperty(eventStoreCommands, async commands => {
        const subject = sqliteSubject();
        try {
          const setup = (): { model: LogModel; real: Real } => ({
            model: logModel(),
            real: { subject, store: subject.store },
          });
          await fc.asyncModelRun(setup, commands);
        } finally {
          await subject.dispose();
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
    );
  }, 120_000);
});
