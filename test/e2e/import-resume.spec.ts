import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runImport } from '../../libs/importing/index.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { contentOf, crm, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

/** Few values, so that rows repeat, leads meet in both kinds of file, and e-mails conflict. */
const digit = fc.integer({ min: 0, max: 9 });
const person = fc.tuple(digit, digit, fc.boolean()).map(([id, mail, bad]) => {
  const day = bad ? '2026-02-30' : `2026-01-0${(id % 9) + 1}`;
  return `p${id},${day},${mail < 3 ? `m${mail}@example.com` : ''},,${mail}`;
});
const visit = fc.tuple(digit, digit).map(([id, page]) => `p${id},2026-03-01,/${page}`);
const files = fc.record({
  people: fc.array(person, { maxLength: 30 }),
  visits: fc.array(visit, { maxLength: 60 }),
});

const write = (
  space: ImportWorkspace,
  { people, visits }: { people: string[]; visits: string[] },
): string[] => [
  space.write('people.csv', ['id,since,email,phone,town', ...people].join('\n')),
  space.write('visits.csv', ['person,at,page', ...visits].join('\n')),
];

/** A store that fails after so many appends, as one that goes away would: some of a window are in, others not. */
const failingAfter = (store: EventStore, appends: number): EventStore => {
  let left = appends;
  return {
    ...store,
    append: (...args) => (left-- > 0 ? store.append(...args) : Promise.reject(new Error('gone'))),
  };
};

describe('an import that is interrupted anywhere and run again', () => {
  it('makes the same log as one that was not, whatever the order of the files the second time', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.array(fc.nat(40), { maxLength: 4 }),
        fc.boolean(),
        async (content, stops, turned) => {
          const [straight, broken] = [openWorkspace(), openWorkspace()];
          try {
            await straight.run(write(straight, content));
            const paths = write(broken, content);
            for (const stop of stops)
              await runImport({ ...broken.deps, events: failingAfter(broken.store, stop) }, crm, paths).catch(
                () => null,
              );
            const last = await broken.run(turned ? paths.toReversed() : paths);
            expect(contentOf(await broken.log())).toEqual(contentOf(await straight.log()));
            const again = await broken.run(paths);
            expect(again.total.appended).toBe(0);
            expect(again.total.refused).toBe(last.total.refused);
          } finally {
            await straight.dispose();
            await broken.dispose();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
