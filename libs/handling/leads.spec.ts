import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  asking,
  by,
  commandsOver,
  noon,
  openLog,
  stages,
  type OpenLog,
} from '../../test/property/handling-fixture.ts';
import type { ChangeStage, Commands, UpdateLead } from './port.ts';

describe('a lead', () => {
  let log: OpenLog;
  let commands: Commands;

  beforeEach(async () => {
    log = openLog();
    commands = commandsOver(log.events);
    await commands.captureLead({ id: 'l1', email: 'ann@example.org', company: 'Acme' }, by('captureLead'));
  });
  afterEach(() => log.close());

  const update = (command: UpdateLead) => commands.updateLead(command, by('updateLead'));
  const change = (command: ChangeStage) => commands.changeStage(command, by('changeStage'));
  const last = async () => (await log.of('lead-l1')).at(-1)!;

  it('is updated by what changes', async () => {
    expect(await update({ id: 'l1', company: 'Acme', country: 'DE', occurredAt: noon - 5 })).toMatchObject({
      id: 'l1',
      revision: 1,
      created: false,
    });
    expect(await last()).toMatchObject({
      type: 'LeadProfileUpdated',
      occurredAt: noon - 5,
      metadata: { leadId: 'l1' },
    });
    expect((await last()).data).toEqual({ leadId: 'l1', country: 'DE' });
  });

  it('is answered where it stands when nothing changes', async () => {
    const before = await last();
    expect(await update({ id: 'l1', company: 'Acme' })).toEqual({
      id: 'l1',
      revision: before.revision,
      position: before.position,
      created: false,
    });
    expect(await last()).toEqual(before);
  });

  it('gets a new e-mail as its own and keeps the old one', async () => {
    await update({ id: 'l1', email: 'anna@example.org' });
    expect(await commands.findLead({ email: 'ANNA@example.org' })).toBe('l1');
    expect(await commands.findLead({ email: 'ann@example.org' })).toBe('l1');
  });

  it('does not get an e-mail or phone of another', async () => {
    await commands.captureLead({ id: 'l2', phone: '+49 171 5550002' }, by('captureLead'));
    const head = await log.events.head();
    await expect(update({ id: 'l1', phone: '+49 171 5550002' })).rejects.toMatchObject({
      rule: 'identity-conflict',
      fields: { leadIds: ['l1', 'l2'] },
    });
    expect(await log.events.head()).toBe(head);
  });

  it.each<[string, UpdateLead]>([
    ['NotFound', { id: 'l9', email: 'new@example.org' }],
    ['NotFound', { id: 'not an id', company: 'x' }],
    ['RuleViolation', { id: 'l1', email: 'none' }],
    ['RuleViolation', { id: 'l1', company: '' }],
    ['RuleViolation', { id: 'l1', company: 'x', occurredAt: 0.5 }],
    ['RuleViolation', { id: 'l1', email: 'new@example.org', name: '\ud800' }],
  ])('throws %s for %j, and claims nothing', async (name, command) => {
    const head = await log.events.head();
    await expect(update(command)).rejects.toMatchObject({ name });
    expect(await log.events.head()).toBe(head);
  });

  it('is not known by touchpoints alone', async () => {
    const seen = { id: 't1', type: 'PageViewed', leadId: 'l2' };
    await commands.recordTouchpoints([seen], by('recordTouchpoints'));
    await expect(change({ id: 'l2', stage: 'mql' })).rejects.toMatchObject({ kind: 'lead', id: 'l2' });
    expect(await commands.captureLead({ id: 'l2' }, by('captureLead'))).toMatchObject({
      revision: 1,
      created: true,
    });
  });

  it('changes its stage, and answers alike when it is there already', async () => {
    const first = await change({ id: 'l1', stage: 'mql', reason: 'asked' });
    expect(await last()).toMatchObject({
      type: 'LeadStageChanged',
      data: { leadId: 'l1', stage: 'mql', from: null, personal: { reason: 'asked' } },
    });
    expect(await change({ id: 'l1', stage: 'mql' })).toEqual(first);
  });

  it('knows the stages of the workspace only', async () => {
    await expect(change({ id: 'l1', stage: 'advocate' })).rejects.toMatchObject({
      rule: 'unknown-stage',
      fields: { known: stages },
    });
  });

  it('changes only at the revision that the caller expects', async () => {
    await expect(change({ id: 'l1', stage: 'mql', expectedRevision: 3 })).rejects.toMatchObject({
      name: 'WrongExpectedRevision',
      expected: 3,
      actual: 0,
    });
    expect(await change({ id: 'l1', stage: 'mql', expectedRevision: 0 })).toMatchObject({ revision: 1 });
    await expect(change({ id: 'l9', stage: 'mql', expectedRevision: 0 })).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('does not change when another was faster than the caller that expects a revision', async () => {
    let overtaken = false;
    const slow = commandsOver(
      asking(log.events, async () => {
        if (overtaken) return;
        overtaken = true;
        await update({ id: 'l1', company: 'Beta' });
      }),
    );
    await expect(
      slow.changeStage({ id: 'l1', stage: 'mql', expectedRevision: 0 }, by('changeStage')),
    ).rejects.toMatchObject({ name: 'WrongExpectedRevision', actual: 1 });
  });

  it('takes fifty changes at once, each of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => update({ id: 'l1', attributes: { [`a${i}`]: i } })),
    );
    expect(new Set(answers.map(({ revision }) => revision)).size).toBe(50);
  });

  it('gives up on a stream where another is always faster, and says so', async () => {
    let rival = 0;
    const slow = commandsOver(
      asking(log.events, async () => {
        await update({ id: 'l1', company: `rival ${rival++}` });
      }),
    );
    await expect(slow.changeStage({ id: 'l1', stage: 'mql' }, by('changeStage'))).rejects.toMatchObject({
      name: 'WrongExpectedRevision',
    });
    expect(rival).toBe(100);
  });

  it('is found by its e-mail or phone, if anybody is', async () => {
    expect(await commands.findLead({ email: 'Ann@example.org ' })).toBe('l1');
    expect(await commands.findLead({ email: 'nobody@example.org' })).toBeNull();
    expect(await commands.findLead({ phone: '+49 171 5550009' })).toBeNull();
    await expect(commands.findLead({ phone: 'x' })).rejects.toMatchObject({ rule: 'invalid-phone' });
  });
});

describe('a deal', () => {
  let log: OpenLog;
  let commands: Commands;

  beforeEach(async () => {
    log = openLog();
    commands = commandsOver(log.events);
    await commands.captureLead({ id: 'l1' }, by('captureLead'));
  });
  afterEach(() => log.close());

  it('is opened, moved, won, reopened and lost, each told with its lead', async () => {
    const amount = { amount: 500, currency: 'EUR' };
    const { id } = await commands.openOpportunity({ leadId: 'l1', amount, name: 'Roof' }, by('open'));
    await commands.moveOpportunity({ id, stage: 'offer', probability: 0.4 }, by('move'));
    await commands.winOpportunity({ id }, by('win'));
    await commands.reopenOpportunity({ id, reason: 'x' }, by('reopen'));
    const lost = await commands.loseOpportunity({ id }, by('lose'));
    expect(lost).toMatchObject({ id, revision: 4, created: false });
    const events = await log.of(`opportunity-${id}`);
    expect(events.map(({ type, metadata }) => [type, metadata.leadId])).toEqual([
      ['OpportunityOpened', 'l1'],
      ['OpportunityStageChanged', 'l1'],
      ['OpportunityWon', 'l1'],
      ['OpportunityReopened', 'l1'],
      ['OpportunityLost', 'l1'],
    ]);
    expect(events[2]!.data).toEqual({ opportunityId: id, leadId: 'l1', amount });
  });

  it('needs a lead, and an id that is free', async () => {
    await expect(commands.openOpportunity({ leadId: 'l9' }, by('open'))).rejects.toMatchObject({
      kind: 'lead',
      id: 'l9',
    });
    expect(await commands.openOpportunity({ id: 'o1', leadId: 'l1' }, by('open'))).toMatchObject({
      id: 'o1',
      created: true,
    });
    await expect(commands.openOpportunity({ id: 'o1', leadId: 'l1' }, by('open'))).rejects.toMatchObject({
      rule: 'opportunity-exists',
    });
  });

  it.each([
    [{ id: 'no id!', leadId: 'l1' }, { rule: 'invalid-data' }],
    [{ leadId: 'no id!' }, { rule: 'invalid-data' }],
    [{ leadId: 'l1', amount: { amount: -1, currency: 'EUR' } }, { rule: 'negative-amount' }],
    [{ leadId: 'l1', amount: { amount: 0.1, currency: 'EUR' } }, { rule: 'invalid-data' }],
    [{ leadId: 'l1', name: 'a\0' }, { rule: 'invalid-data' }],
    [{ leadId: 'l1', occurredAt: noon * 2 }, { rule: 'occurred-in-the-future' }],
  ])('is not opened by %j', async (command, refusal) => {
    const head = await log.events.head();
    await expect(commands.openOpportunity(command, by('open', 'k'))).rejects.toMatchObject(refusal);
    expect(await log.events.head()).toBe(head);
  });

  it('that does not exist is not found', async () => {
    for (const id of ['o9', 'no id!'])
      await expect(commands.winOpportunity({ id }, by('win'))).rejects.toMatchObject({
        name: 'NotFound',
        kind: 'opportunity',
      });
  });

  it('is not moved by data that breaks the schema', async () => {
    await commands.openOpportunity({ id: 'o1', leadId: 'l1' }, by('open'));
    await expect(
      commands.moveOpportunity({ id: 'o1', stage: 'offer', probability: 2 }, by('move')),
    ).rejects.toMatchObject({ rule: 'invalid-data', fields: { paths: ['probability'] } });
  });
});
