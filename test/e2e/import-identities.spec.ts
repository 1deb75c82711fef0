import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import type { NewEvent } from '../../libs/domain/event.ts';
import { identitiesOf } from '../../libs/handling/identity.ts';
import { createKeyedHash } from '../../libs/handling/keyed-hash.ts';
import { runImport, type ImportReport } from '../../libs/importing/index.ts';
import { collect } from '../support/events.ts';
import { crm, now, openWorkspace, type ImportWorkspace } from './import-workspace.ts';

const header = 'id,since,email,phone,town\n';
const person = (id: string, email = '', phone = ''): string => `${id},2026-01-05,${email},${phone},\n`;
const hash = createKeyedHash('a secret');
const streamOf = (email: string): string => identitiesOf(hash, { email })[0]!.stream;

const anEvent = (type: string, data: Readonly<Record<string, unknown>>): NewEvent => ({
  id: v7(),
  type,
  version: 1,
  occurredAt: now,
  data,
  metadata: { actor: 'api' },
});

let space: ImportWorkspace;
beforeEach(() => {
  space = openWorkspace();
});
afterEach(() => space.dispose());

const load = (...rows: readonly string[]): Promise<ImportReport> =>
  space.run([space.write('people.csv', header + rows.join(''))]);
const typesIn = async (stream: string): Promise<readonly string[]> =>
  (await collect(space.store.readStream(stream))).map(({ type }) => type);
const ownersOf = async (email: string): Promise<readonly unknown[]> =>
  (await collect(space.store.readStream(streamOf(email)))).map(
    ({ data }) => (data as { leadId: string }).leadId,
  );

describe('identities in imported rows', () => {
  it('are claimed before their leads are written, once', async () => {
    const { batchId } = await load(
      person('p1', 'ann@example.com', '+49 30 1234567'),
      person('p2', 'bob@example.com'),
    );
    const log = await space.log();
    expect(log.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => 'IdentityClaimed'),
      ...Array.from({ length: 2 }, () => ['LeadCaptured', 'LeadStageChanged']).flat(),
    ]);
    expect(log[0]).toMatchObject({
      data: { leadId: 'p1', kind: 'email' },
      metadata: { leadId: 'p1', actor: 'import:crm', source: 'crm', batchId },
    });
    expect((await load(person('p1', 'ann@example.com', '+49 30 1234567'))).total).toMatchObject({
      duplicates: 2,
      refused: 0,
    });
    expect(await space.log()).toEqual(log);
  });

  it('of another lead refuse the row, naming both, and claim nothing for it', async () => {
    const { total, refused } = await load(
      person('p1', 'ann@example.com'),
      person('p2', 'Ann@Example.com ', '0301234567'),
      person('p3', '', '0301234567'),
    );
    expect(total).toMatchObject({ appended: 4, refused: 1 });
    expect(refused[0]?.reason).toBe(
      'identity-conflict: its e-mail or phone belongs to the lead p1, not to p2',
    );
    expect(await typesIn('lead-p2')).toEqual([]);
    expect(await typesIn('lead-p3')).toEqual(['LeadCaptured', 'LeadStageChanged']);
  });

  it('of another lead in a later window, or in the log before, refuse the row too', async () => {
    const others = Array.from({ length: 3_000 }, (_, n) => person(`q${n}`));
    const { refused } = await load(
      person('p1', 'ann@example.com'),
      ...others,
      person('p2', 'ann@example.com'),
    );
    expect(refused.map(({ line }) => line)).toEqual([3_003]);
    expect((await load(person('p4', 'ann@example.com'))).refused[0]?.reason).toContain('p1, not to p4');
  });

  it('are shared by the rows of one lead', async () => {
    const rows = [person('p1', 'ann@example.com'), person('p1', 'ann@example.com', '0301234567')];
    expect((await load(...rows)).total).toMatchObject({ appended: 4, refused: 0 });
    expect(await typesIn('lead-p1')).toEqual([
      'LeadCaptured',
      'LeadStageChanged',
      'LeadCaptured',
      'LeadStageChanged',
    ]);
    expect(await ownersOf('ann@example.com')).toEqual(['p1']);
  });

  it('are their own claim after a crash between claim and lead', async () => {
    await space.store.append(
      streamOf('ann@example.com'),
      [anEvent('IdentityClaimed', { leadId: 'p1', kind: 'email' })],
      'NO_STREAM',
    );
    expect((await load(person('p1', 'ann@example.com'))).total).toMatchObject({ appended: 2, refused: 0 });
    expect(await ownersOf('ann@example.com')).toEqual(['p1']);
  });

  it('refuse a row without a form of e-mail or phone', async () => {
    const { refused } = await load(person('p1', 'ann at example'), person('p2', '', '12'));
    expect(refused.map(({ reason }) => reason.split(':')[0])).toEqual(['invalid-email', 'invalid-phone']);
  });

  it('keep their order with what the same leads did before', async () => {
    await space.store.append(
      'lead-p1',
      [anEvent('PageViewed', { leadId: 'p1', touchpointId: 't1' })],
      'NO_STREAM',
    );
    await load(person('p1', 'ann@example.com'));
    expect(await typesIn('lead-p1')).toEqual(['PageViewed', 'LeadCaptured', 'LeadStageChanged']);
  });
});

describe('another writer in between', () => {
  /** Does something once, just before an append to a stream. */
  const meanwhile = (stream: string, act: () => Promise<unknown>): Promise<ImportReport> => {
    let done = false;
    const events: ImportWorkspace['store'] = {
      ...space.store,
      append: async (target, list, expected) => {
        if (target === stream && !done) {
          done = true;
          await act();
        }
        return space.store.append(target, list, expected);
      },
    };
    const file = space.write('people.csv', header + person('p1', 'ann@example.com') + person('p2'));
    return runImport({ ...space.deps, events }, crm, [file]);
  };

  it('that claims first wins, and the row is refused', async () => {
    const stream = streamOf('ann@example.com');
    const { total, refused } = await meanwhile(stream, () =>
      space.store.append(stream, [anEvent('IdentityClaimed', { leadId: 'x', kind: 'email' })], 'NO_STREAM'),
    );
    expect(refused[0]?.reason).toContain('belongs to the lead x, not to p1');
    expect(total).toMatchObject({ appended: 2, refused: 1 });
    expect(await typesIn('lead-p1')).toEqual([]);
  });

  it('that gives up the claim of the lead that is not captured yet wins, and nothing of the row is written', async () => {
    const identity = streamOf('ann@example.com');
    const { total, refused } = await meanwhile('lead-p1', () =>
      space.store.append(
        'lead-p1',
        [anEvent('IdentityReleased', { leadId: 'p1', identity, claim: 0 })],
        'NO_STREAM',
      ),
    );
    expect(refused[0]?.reason).toContain('identity-released');
    expect(total).toMatchObject({ appended: 2, refused: 1 });
    expect(await typesIn('lead-p1')).toEqual(['IdentityReleased']);
  });

  it('that appends something else is no hindrance', async () => {
    const { total } = await meanwhile('lead-p1', () =>
      space.store.append(
        'lead-p1',
        [anEvent('PageViewed', { leadId: 'p1', touchpointId: 't1' })],
        'NO_STREAM',
      ),
    );
    expect(total).toMatchObject({ appended: 4, refused: 0 });
    expect(await typesIn('lead-p1')).toEqual(['PageViewed', 'LeadCaptured', 'LeadStageChanged']);
  });
});
