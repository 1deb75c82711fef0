import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NewEvent } from '../domain/event.ts';
import { openLog, type OpenLog } from '../../test/property/handling-fixture.ts';
import { bulkBegin, dryBegin, type BeginStream } from './begin.ts';
import type { StreamEvent } from './bulk.ts';

const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const begins = (n: number, stream = 'order-a', source = 'shop'): StreamEvent => {
  const event: NewEvent = {
    id: id(n),
    type: 'OrderPlaced',
    version: 1,
    occurredAt: 0,
    data: {},
    metadata: { source, actor: `import:${source}` },
  };
  return { stream, event, begins: true };
};

describe.each([
  ['bulk', bulkBegin],
  ['dry', dryBegin],
])('beginning streams: %s', (_, make) => {
  let log: OpenLog;
  beforeEach(() => {
    log = openLog();
  });
  afterEach(() => log.close());

  it('is new once, and known from then on, within a run and in the next', async () => {
    const begin = make(log.events);
    expect(await begin(begins(1))).toBe(true);
    expect(await begin(begins(1))).toBe(false);
    await log.events.append('order-b', [begins(2).event], 'NO_STREAM');
    expect(await begin(begins(2, 'order-b'))).toBe(false);
    expect(await begin(begins(3, 'order-c'))).toBe(true);
  });

  it('is known where more has happened since', async () => {
    await log.events.append('order-a', [begins(1).event, begins(2).event], 'NO_STREAM');
    expect(await make(log.events)(begins(1))).toBe(false);
    await expect(make(log.events)(begins(2))).rejects.toMatchObject({ name: 'RowError' });
  });

  it('is refused where another stands first, of a run before or of this one', async () => {
    await log.events.append('order-a', [begins(1).event], 'NO_STREAM');
    const begin = make(log.events);
    const refusal = { name: 'RowError', message: 'order-a stands in the log with other lines' };
    await expect(begin(begins(2))).rejects.toMatchObject(refusal);
    await begin(begins(3, 'order-b'));
    await expect(begin(begins(4, 'order-b'))).rejects.toMatchObject({
      message: 'order-b stands in the log with other lines',
    });
  });

  it("says whose it is when it is another's", async () => {
    await log.events.append('order-a', [begins(1, 'order-a', 'till').event], 'NO_STREAM');
    await expect(make(log.events)(begins(2))).rejects.toMatchObject({
      message: 'order-a stands in the log already, written by import:till',
    });
  });
});

describe('a dry run', () => {
  it('answers as the real one does, whatever comes in whatever order', async () => {
    const fact = fc.tuple(fc.nat(3), fc.constantFrom('order-a', 'order-b'));
    const answered = async (begin: BeginStream, facts: readonly (readonly [number, string])[]) => {
      const answers: unknown[] = [];
      for (const [n, stream] of facts)
        answers.push(await begin(begins(n, stream)).catch((error: unknown) => (error as Error).message));
      return answers;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 3 }),
        fc.array(fact, { maxLength: 8 }),
        async (before, facts) => {
          const log = openLog();
          try {
            await answered(bulkBegin(log.events), before);
            const head = await log.events.head();
            const tried = await answered(dryBegin(log.events), facts);
            expect(await log.events.head()).toBe(head);
            expect(tried).toEqual(await answered(bulkBegin(log.events), facts));
          } finally {
            await log.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('begins nothing', async () => {
    const log = openLog();
    await dryBegin(log.events)(begins(1));
    expect(await log.events.head()).toBe(0);
    await log.close();
  });
});

describe('a store that is away', () => {
  it('is no refusal of the row', async () => {
    const gone = { append: () => Promise.reject(new Error('gone')), readStream: () => [] as never };
    await expect(bulkBegin(gone)(begins(1))).rejects.toThrow('gone');
  });
});
