import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sqliteSubject } from '../../test/support/sqlite-events.ts';
import type { NewEvent } from '../domain/event.ts';
import type { EventStore } from '../event-store/port.ts';
import { createKeyedHash } from '../handling/keyed-hash.ts';
import type { StreamEvent } from './bulk.ts';
import { bulkClaim, claimingRow, dryClaim, rivalOf, type ClaimingRow } from './claims.ts';

const hash = createKeyedHash('a secret of the specs');
let subject: ReturnType<typeof sqliteSubject>;
let store: EventStore;
beforeEach(() => {
  subject = sqliteSubject();
  ({ store } = subject);
});
afterEach(() => subject.dispose());

let ids = 0;
const fact = (leadId: string, personal: object | undefined, type = 'LeadCaptured'): StreamEvent => ({
  stream: `lead-${leadId}`,
  event: {
    id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    type,
    version: 1,
    occurredAt: 1_000,
    data: personal === undefined ? { leadId } : { leadId, personal },
    metadata: { source: 'spec', leadId },
  } satisfies NewEvent,
});
const row = (leadId: string, personal: object): ClaimingRow => {
  const found = claimingRow(hash, [fact(leadId, personal)]);
  if (found === null) throw new Error('it claims nothing');
  return found;
};
const email = (name: string): string => hash.identityStream('email', `${name}@example.org`);

describe('a row', () => {
  it('claims the e-mails and phones of its profile facts', () => {
    const found = claimingRow(hash, [
      fact('a', { email: 'Ann@Example.org ' }),
      fact('a', { phone: '+49 30 1234567' }, 'LeadProfileUpdated'),
    ]);
    expect(found).toMatchObject({ leadId: 'a', identities: [{ kind: 'email' }, { kind: 'phone' }] });
    expect(found?.identities[0]?.stream).toBe(email('ann'));
  });

  it.each<[string, readonly StreamEvent[]]>([
    ['no profile', [fact('a', { email: 'ann@example.org' }, 'FormSubmitted')]],
    ['no personal data', [fact('a', undefined)]],
    ['a name only', [fact('a', { name: 'Ann' })]],
    ['no facts', []],
  ])('with %s claims nothing', (_, events) => {
    expect(claimingRow(hash, events)).toBeNull();
  });

  it('may not claim for two leads', () => {
    const two = [fact('a', { email: 'ann@example.org' }), fact('b', { email: 'bob@example.org' })];
    expect(() => claimingRow(hash, two)).toThrow(expect.objectContaining({ rule: 'several-leads' }));
    // Another lead's fact without an e-mail claims nothing.
    expect(claimingRow(hash, [two[0]!, fact('b', { name: 'Bob' })])).toMatchObject({ leadId: 'a' });
  });

  it.each([
    [{ email: 'nobody' }, 'invalid-email'],
    [{ phone: 'ring me' }, 'invalid-phone'],
  ])('with %j is refused as %s', (personal, rule) => {
    expect(() => row('a', personal)).toThrow(expect.objectContaining({ rule }));
  });
});

describe('claims in bulk', () => {
  it('go to whoever asks first, and are written once', async () => {
    const rows = [row('a', { email: 'ann@example.org' }), row('b', { email: 'ANN@example.org' })];
    const owners = await bulkClaim(store)(rows);
    expect(owners.get(email('ann'))).toEqual({ leadId: 'a', claim: 0 });
    expect(rows.map(each => rivalOf(each, owners))).toEqual([null, 'a']);
    const log = await store.readAll(0, 10);
    expect(log).toMatchObject([
      {
        type: 'IdentityClaimed',
        stream: email('ann'),
        data: { leadId: 'a', kind: 'email' },
        occurredAt: 1_000,
      },
    ]);
  });

  it('are known to the next window, the next run and another process', async () => {
    await bulkClaim(store)([row('a', { email: 'ann@example.org' })]);
    const other = await subject.second!();
    for (const each of [store, other]) {
      const owners = await bulkClaim(each)([row('b', { email: 'ann@example.org' })]);
      expect(owners.get(email('ann'))?.leadId).toBe('a');
    }
    expect(await store.head()).toBe(1);
  });

  it('leave nothing behind of a row that another lead keeps from one of its two', async () => {
    await bulkClaim(store)([row('a', { email: 'ann@example.org' })]);
    const both = row('b', { email: 'ann@example.org', phone: '+49301234567' });
    const owners = await bulkClaim(store)([both]);
    expect(rivalOf(both, owners)).toBe('a');
    expect(await store.head()).toBe(1);
    const later = row('c', { phone: '+49301234567' });
    expect(rivalOf(later, await bulkClaim(store)([later]))).toBeNull();
  });

  it('are the same for the same rows, so that a run after a crash goes on', async () => {
    const rows = [row('a', { email: 'ann@example.org' }), row('b', { phone: '+49301234567' })];
    const first = await bulkClaim(store)(rows);
    expect(await bulkClaim(store)(rows)).toEqual(first);
    expect(await store.head()).toBe(2);
  });

  it('of two runs at once end with one owner of each, on which both agree', async () => {
    const other = await subject.second!();
    const names = Array.from({ length: 20 }, (_, n) => `p${n}`);
    const runs = await Promise.all(
      [store, other].map((each, run) =>
        bulkClaim(each)(names.map(name => row(`${name}-${run}`, { email: `${name}@example.org` }))),
      ),
    );
    for (const name of names) {
      const [one, two] = runs.map(owners => owners.get(email(name))?.leadId);
      expect(one).toBe(two);
      expect([`${name}-0`, `${name}-1`]).toContain(one);
    }
    expect(await store.head()).toBe(20);
  });
});

describe('a dry run', () => {
  it('answers as the real one, window by window, and writes nothing', async () => {
    const asked = fc.array(
      fc.record({ lead: fc.constantFrom('a', 'b', 'c'), name: fc.constantFrom('x', 'y', 'z') }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 4 }), async windows => {
        const own = sqliteSubject();
        const [dry, real] = [dryClaim(own.store), bulkClaim(own.store)];
        const rowsOf = (window: (typeof windows)[number]) =>
          window.map(({ lead, name }) => row(lead, { email: `${name}@example.org` }));
        const answers: unknown[] = [];
        for (const window of windows) {
          const rows = rowsOf(window);
          const owners = await dry(rows);
          answers.push(rows.map(each => rivalOf(each, owners)));
        }
        expect(await own.store.head()).toBe(0);
        const written: unknown[] = [];
        for (const window of windows) {
          const rows = rowsOf(window);
          const owners = await real(rows);
          written.push(rows.map(each => rivalOf(each, owners)));
        }
        await own.dispose();
        expect(answers).toEqual(written);
      }),
      { numRuns: 15 },
    );
  });
});
