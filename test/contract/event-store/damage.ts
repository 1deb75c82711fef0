import { expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import { collect, events, idsOf } from '../../support/events.ts';
import { eachWith, type Subject, type SubjectFactory } from './setup.ts';

const parts = ['data', 'metadata', 'personal'] as const;

/** What a reader finds where the log holds an event whose text is broken. */
export const damage = (factory: SubjectFactory): void => {
  const subject = eachWith(factory);
  const written = events(5, n => ({
    data: { leadId: 'l1', n, personal: { email: 'ann@example.org' } },
    metadata: { leadId: 'l1', actor: 'test' },
  }));

  /** Five events of a stream, of which the third can't be read; null where the engine can't be damaged. */
  const damaged = async (part: (typeof parts)[number], stream = 'lead-l1'): Promise<Subject | null> => {
    const { store, damage: breakIt } = subject();
    if (breakIt === undefined) {
      process.stdout.write('skipped: this engine gives no way to damage an event\n');
      return null;
    }
    await store.append(stream, written, 'NO_STREAM');
    await breakIt(stream, 2, part);
    return subject();
  };

  const check = (log: readonly RecordedEvent[]): void => {
    expect(idsOf(log)).toEqual(idsOf(written));
    expect(log.map(({ unreadable }) => unreadable === undefined)).toEqual([true, true, false, true, true]);
    const { data, metadata, unreadable, ...place } = log[2]!;
    expect(data).toEqual({ leadId: 'l1' });
    expect(metadata).toEqual({ leadId: 'l1' });
    expect(unreadable).toMatch(/^its (data|metadata|personal data) /);
    // The text may be personal, also what is left of it.
    expect(unreadable).not.toMatch(/half|ann@/);
    expect(place).toMatchObject({ stream: 'lead-l1', revision: 2, type: written[2]!.type, version: 1 });
    expect(log[3]!.data).toEqual(written[3]!.data);
  };

  it.each(parts)('of the %s of one event keeps nobody from the others', async part => {
    const { store } = (await damaged(part)) ?? {};
    if (store === undefined) return;
    check(await store.readAll(0, 10));
    check(await collect(store.readStream('lead-l1')));
    check((await store.find({ types: [written[0]!.type] }, 0, 10)).events);
  });

  it('of the metadata leaves the lead unknown outside of the stream of a lead', async () => {
    const { store } = (await damaged('metadata', 'order-7')) ?? {};
    if (store === undefined) return;
    expect((await store.readAll(0, 10))[2]).toMatchObject({ data: {}, metadata: {}, stream: 'order-7' });
  });

  it('of the data leaves the lead that the metadata names', async () => {
    const { store } = (await damaged('data', 'order-7')) ?? {};
    if (store === undefined) return;
    expect((await store.readAll(0, 10))[2]).toMatchObject({
      data: { leadId: 'l1' },
      metadata: { leadId: 'l1' },
    });
  });

  it('leaves a stream that can be appended to, and that knows the id of the damaged event', async () => {
    const { store } = (await damaged('data')) ?? {};
    if (store === undefined) return;
    expect((await store.append('lead-l1', events(1), 4)).revision).toBe(5);
    expect((await store.append('lead-l1', [written[2]!], 'ANY')).duplicates).toEqual([written[2]!.id]);
  });
};
