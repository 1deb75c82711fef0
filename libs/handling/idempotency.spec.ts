import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  asking,
  by,
  commandsOver,
  noon,
  openLog,
  type OpenLog,
} from '../../test/property/handling-fixture.ts';
import { createCommands } from './index.ts';
import { createKeyedHash } from './keyed-hash.ts';
import type { Commands } from './port.ts';

describe('a command with an idempotency key', () => {
  let log: OpenLog;
  let commands: Commands;
  let now: number;

  beforeEach(() => {
    log = openLog();
    now = noon;
    commands = commandsOver(log.events, () => (now += 1_000));
  });
  afterEach(() => log.close());

  const twice = async <T>(run: () => Promise<T>): Promise<T> => {
    const first = await run();
    const head = await log.events.head();
    expect(await run()).toEqual(first);
    expect(await log.events.head()).toBe(head);
    return first;
  };

  it('is carried out once and answered alike, though the clock went on', async () => {
    const body = { email: 'ann@example.org', consents: [{ purpose: 'a', channel: 'b', textVersion: '1' }] };
    const answer = await twice(() => commands.captureLead(body, by('captureLead', 'k')));
    expect(answer).toMatchObject({ created: true, revision: 1 });
  });

  it('is answered alike also after others changed the same thing', async () => {
    const open = () => commands.captureLead({ id: 'l1', email: 'a@b.example' }, by('captureLead', 'k1'));
    const move = () => commands.changeStage({ id: 'l1', stage: 'mql' }, by('changeStage', 'k2'));
    const first = [await open(), await move()];
    await commands.changeStage({ id: 'l1', stage: 'lead' }, by('changeStage'));
    await commands.updateLead({ id: 'l1', company: 'Acme' }, by('updateLead'));
    expect([await open(), await move()]).toEqual(first);
  });

  it('is answered alike when it changed nothing the first time and would now', async () => {
    await commands.captureLead({ id: 'l1', company: 'Acme' }, by('captureLead'));
    const same = () => commands.updateLead({ id: 'l1', company: 'Acme' }, by('updateLead', 'k'));
    const first = await twice(same);
    await commands.updateLead({ id: 'l1', company: 'Beta' }, by('updateLead'));
    expect(await same()).toEqual(first);
    expect((await log.of('lead-l1')).at(-1)).toMatchObject({ data: { company: 'Beta' } });
  });

  it('makes the ids that are left out from the key', async () => {
    const lead = await twice(() =>
      commands.captureLead({ phone: '+49 171 1234567' }, by('captureLead', 'a')),
    );
    const deal = await twice(() =>
      commands.openOpportunity({ leadId: lead.id, amount: { amount: 5, currency: 'EUR' } }, by('open', 'b')),
    );
    expect(deal.created).toBe(true);
    await twice(() => commands.winOpportunity({ id: deal.id }, by('win', 'c')));
    await twice(() => commands.reopenOpportunity({ id: deal.id, reason: 'x' }, by('reopen', 'd')));
    await twice(() => commands.moveOpportunity({ id: deal.id, stage: 'offer' }, by('move', 'e')));
    await twice(() => commands.loseOpportunity({ id: deal.id }, by('lose', 'f')));
    const total = { amount: 5, currency: 'EUR' };
    const order = await twice(() =>
      commands.placeOrder({ leadId: lead.id, total, lines: [] }, by('place', 'g')),
    );
    expect(order.created).toBe(true);
    await twice(() => commands.cancelOrder({ id: order.id, reason: 'x' }, by('cancel', 'h')));
  });

  it('at the same time twice is one command', async () => {
    for (let round = 0; round < 10; round++) {
      const run = () =>
        commands.captureLead({ email: `ann${round}@example.org` }, by('captureLead', `key ${round}`));
      const [first, second, third] = await Promise.all([run(), run(), run()]);
      expect([second, third]).toEqual([first, first]);
    }
    expect((await log.types()).filter(type => type.startsWith('Lead'))).toEqual(
      Array(10).fill('LeadCaptured'),
    );
  });

  it('overtaken by its own repeat is answered like that', async () => {
    const run = (of: Commands) =>
      of.captureLead({ id: 'l1', email: 'ann@example.org' }, by('captureLead', 'k'));
    let repeat: unknown = null;
    const slow = commandsOver(
      asking(log.events, async stream => {
        if (stream.startsWith('identity-')) repeat ??= await run(commands);
      }),
    );
    expect(await run(slow)).toEqual(repeat);
    expect(await log.types()).toEqual(['IdempotencyKeyUsed', 'IdentityClaimed', 'LeadCaptured']);
  });

  it('is refused with another body or as another command, telling what the key was used for', async () => {
    await commands.captureLead({ id: 'l1' }, by('captureLead', 'k'));
    const head = await log.events.head();
    const reused = { rule: 'idempotency-key-reused', fields: { command: 'captureLead' } };
    await expect(commands.captureLead({ id: 'l2' }, by('captureLead', 'k'))).rejects.toMatchObject(reused);
    await expect(commands.updateLead({ id: 'l1', name: 'x' }, by('updateLead', 'k'))).rejects.toMatchObject(
      reused,
    );
    await expect(
      commands.captureLead({ id: 'l1', occurredAt: noon }, by('captureLead', 'k')),
    ).rejects.toMatchObject(reused);
    expect(await log.events.head()).toBe(head);
  });

  it('is the same whatever the order of its members', async () => {
    const context = by('captureLead', 'k');
    const first = await commands.captureLead({ id: 'l1', attributes: { a: 1, b: 2 } }, context);
    expect(await commands.captureLead({ attributes: { b: 2, a: 1 }, id: 'l1' }, context)).toEqual(first);
  });

  it('is its actor’s own: two who chose the same key get two answers', async () => {
    const as = (actor: string) => ({ ...by('captureLead', 'k'), actor });
    const run = (actor: string, email: string) => () => commands.captureLead({ email }, as(actor));
    const shop = await twice(run('shop', 'ann@example.org'));
    const form = await twice(run('form', 'bob@example.org'));
    expect(form.id).not.toBe(shop.id);
    expect(await run('shop', 'ann@example.org')()).toEqual(shop);
    await expect(run('shop', 'bob@example.org')()).rejects.toMatchObject({ rule: 'idempotency-key-reused' });
  });

  it('may be carried out by a repeat when a rule refused it the first time', async () => {
    const stage = () => commands.changeStage({ id: 'l1', stage: 'mql' }, by('changeStage', 'k'));
    await expect(stage()).rejects.toMatchObject({ name: 'NotFound' });
    await commands.captureLead({ id: 'l1' }, by('captureLead'));
    expect(await stage()).toMatchObject({ revision: 1 });
    await twice(stage);
  });

  it('marks its events: each with the command, the first with the hash of its body', async () => {
    const consents = [{ purpose: 'a', channel: 'b', textVersion: '1' }];
    await commands.captureLead({ id: 'l1', consents }, by('captureLead', 'k'));
    const [used, captured, granted] = await log.all();
    const { bodyHash } = used!.data as { bodyHash: string };
    expect(bodyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(captured!.metadata).toMatchObject({ commandHash: bodyHash, causationId: expect.any(String) });
    expect(granted!.metadata.causationId).toBe(captured!.metadata.causationId);
    expect(granted!.metadata.commandHash).toBeUndefined();
  });
});

describe('the secret', () => {
  it('must not be empty', () => {
    const events = {} as never;
    expect(() =>
      createCommands({ events, clock: Date.now, newId: () => '', secret: '', stages: [] }),
    ).toThrow('secret');
  });

  it('keys each hash, and kinds of them do not meet', () => {
    const [a, b] = [createKeyedHash('a'), createKeyedHash('b')];
    expect(a.identityStream('email', 'x')).toBe(createKeyedHash('a').identityStream('email', 'x'));
    const hashes = [
      a.identityStream('email', 'x'),
      a.identityStream('phone', 'x'),
      b.identityStream('email', 'x'),
      a.key('shop', 'x'),
      b.key('shop', 'x'),
      a.key('shop', 'y'),
      a.key('form', 'x'),
      a.key('shop","x', ''),
      a.key('shop', '","x'),
      a.body('c', 'x'),
      a.body('d', 'x'),
      b.body('c', 'x'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
