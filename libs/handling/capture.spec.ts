import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from 'uuid';
import {
  asking,
  by,
  commandsOver,
  Crash,
  dying,
  noon,
  openLog,
  type OpenLog,
} from '../../test/property/handling-fixture.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import type { CaptureLead, Commands } from './port.ts';

const day = 86_400_000;

describe('captureLead', () => {
  let log: OpenLog;
  let commands: Commands;

  beforeEach(() => {
    log = openLog();
    commands = commandsOver(log.events);
  });
  afterEach(() => log.close());

  const capture = (command: CaptureLead, key?: string) =>
    commands.captureLead(command, by('captureLead', key));
  const refusal = async (command: CaptureLead, key?: string): Promise<unknown> =>
    capture(command, key).then(
      () => null,
      (error: unknown) => error,
    );

  it('claims the e-mail, then writes the lead, and answers where', async () => {
    const answer = await capture({ email: ' Ann@Example.org ', company: 'Acme', occurredAt: noon - day });
    const [claim, lead] = await log.all();
    expect(validate(answer.id)).toBe(true);
    expect(answer).toEqual({ id: answer.id, revision: 0, position: lead!.position, created: true });
    expect(claim).toMatchObject({
      type: 'IdentityClaimed',
      stream: expect.stringMatching(/^identity-[0-9a-f]{40}$/),
      data: { leadId: answer.id, kind: 'email' },
      metadata: { leadId: answer.id },
    });
    expect(lead).toMatchObject({
      type: 'LeadCaptured',
      version: 1,
      stream: `lead-${answer.id}`,
      occurredAt: noon - day,
      data: { leadId: answer.id, company: 'Acme', personal: { email: 'Ann@Example.org' } },
      metadata: { leadId: answer.id, actor: 'api', source: 'spec', correlationId: 'c-1' },
    });
    expect(lead!.metadata.commandHash).toBeUndefined();
  });

  describe('of a lead that nobody has seen', () => {
    /** What is asked of the store, in order. */
    const watched = () => {
      const calls: string[] = [];
      const watching = commandsOver({
        ...log.events,
        append: (stream, events, expected) => {
          calls.push(`append ${stream.split('-')[0]}`);
          return log.events.append(stream, events, expected);
        },
        appendEach: appends => {
          calls.push(`append each ${appends.map(({ stream }) => stream.split('-')[0]).join(' ')}`);
          return log.events.appendEach(appends);
        },
        readStream: (stream, from) => {
          calls.push(`read ${stream.split('-')[0]}`);
          return log.events.readStream(stream, from);
        },
      });
      return { calls, capture: (command: CaptureLead) => watching.captureLead(command, by('captureLead')) };
    };

    it('takes one call, without a look at what is there', async () => {
      const { calls, capture: seen } = watched();
      await seen({ email: 'ann@example.org' });
      await seen({ phone: '+49 171 5550001' });
      expect(calls).toEqual(['append each identity lead', 'append each identity lead']);
    });

    it('takes one call after a look where it has both e-mail and phone', async () => {
      const { calls, capture: seen } = watched();
      await seen({ email: 'ann@example.org', phone: '+49 171 5550001' });
      expect(calls).toEqual(['read identity', 'read identity', 'append each identity identity lead']);
    });

    it('costs one wasted call where it is known after all', async () => {
      await capture({ email: 'ann@example.org' });
      const { calls, capture: seen } = watched();
      expect(await seen({ email: 'ann@example.org' })).toMatchObject({ created: false });
      expect(calls).toEqual(['append each identity lead', 'read identity', 'read lead', 'append lead']);
    });

    it('leaves no claim behind where one of e-mail and phone is known', async () => {
      const { id } = await capture({ phone: '+49 171 5550001' });
      expect(await capture({ email: 'ann@example.org', phone: '+49 171 5550001' })).toMatchObject({ id });
      expect(await log.types()).toEqual([
        'IdentityClaimed',
        'LeadCaptured',
        'IdentityClaimed',
        'LeadRecaptured',
      ]);
    });

    it('is the lead of whoever took its claim over under way', async () => {
      let taken = false;
      const slow = commandsOver(
        asking(log.events, async stream => {
          if (!stream.startsWith('lead-') || taken) return;
          taken = true;
          await capture({ id: 'quick', email: 'ann@example.org' });
        }),
      );
      const answer = await slow.captureLead({ email: 'ann@example.org' }, by('captureLead'));
      expect(answer).toMatchObject({ id: 'quick', created: false });
      expect(await log.types()).toEqual([
        'IdentityClaimed',
        'IdentityReleased',
        'IdentityClaimed',
        'LeadCaptured',
        'LeadRecaptured',
      ]);
    });

    it('throws what else the store throws', async () => {
      const gone = commandsOver({
        ...log.events,
        appendEach: () => Promise.reject(new StoreUnavailable('gone', true)),
      });
      await expect(gone.captureLead({ email: 'a@example.org' }, by('captureLead'))).rejects.toMatchObject({
        outcomeUnknown: true,
      });
    });
  });

  it('keeps personal data under personal and nowhere else', async () => {
    await capture(
      {
        email: 'ann@example.org',
        phone: '+49 171 5550001',
        name: 'Ann Secret',
        jobTitle: 'Ann Secret',
        landingPage: 'https://acme.example/a?who=secret',
        attributes: { note: 'secret' },
      },
      'key of ann@example.org',
    );
    for (const { data, stream, metadata } of await log.all()) {
      const open = { ...(data as object), personal: null };
      expect(JSON.stringify([open, stream, metadata])).not.toMatch(/ann|secret|5550001/i);
    }
  });

  it('finds the lead again by e-mail in any spelling, by phone, and by id', async () => {
    const first = await capture({ email: 'ann@example.org', phone: '+49 171 5550001' });
    for (const again of [
      { email: 'ANN@example.ORG' },
      { phone: '0049 171 5550001' },
      { id: first.id },
      { id: first.id, email: 'ann@example.org', phone: '+491715550001' },
    ])
      expect(await capture(again)).toMatchObject({ id: first.id, created: false });
    expect((await log.of(`lead-${first.id}`)).map(({ type }) => type)).toEqual([
      'LeadCaptured',
      ...Array<string>(4).fill('LeadRecaptured'),
    ]);
    expect(await log.types()).toHaveLength(7);
  });

  it('gives a lead what comes with it: the new phone of a known e-mail', async () => {
    const { id } = await capture({ email: 'ann@example.org' });
    await capture({ email: 'ann@example.org', phone: '+49 171 5550001' });
    expect(await capture({ phone: '+49 171 5550001' })).toMatchObject({ id, created: false });
  });

  it('takes the id of the caller', async () => {
    expect(await capture({ id: 'crm-1', email: 'ann@example.org' })).toMatchObject({
      id: 'crm-1',
      created: true,
    });
    expect(await capture({ email: 'ann@example.org' })).toMatchObject({ id: 'crm-1', created: false });
    expect(await capture({ id: 'crm-2' })).toMatchObject({ id: 'crm-2', created: true });
  });

  it('appends consents with the capture', async () => {
    const consents = [
      { purpose: 'news', channel: 'email', textVersion: '1' },
      { purpose: 'offers', channel: 'phone', textVersion: '2' },
    ];
    const answer = await capture({ id: 'l1', consents });
    expect(answer.revision).toBe(2);
    const events = await log.of('lead-l1');
    expect(events.map(({ type }) => type)).toEqual(['LeadCaptured', 'ConsentGranted', 'ConsentGranted']);
    expect(answer.position).toBe(events[2]!.position);
  });

  it('refuses identities of different leads, naming both', async () => {
    const ann = await capture({ email: 'ann@example.org' });
    const bob = await capture({ phone: '+49 171 5550002' });
    const head = await log.events.head();
    expect(await refusal({ email: 'ann@example.org', phone: '+49 171 5550002' })).toMatchObject({
      rule: 'identity-conflict',
      fields: { leadIds: [ann.id, bob.id] },
    });
    expect(await refusal({ id: bob.id, email: 'ann@example.org' })).toMatchObject({
      rule: 'identity-conflict',
      fields: { leadIds: [bob.id, ann.id] },
    });
    expect(await refusal({ id: 'new', email: 'ann@example.org' })).toMatchObject({
      rule: 'identity-conflict',
      fields: { leadIds: ['new', ann.id] },
    });
    expect(await log.events.head()).toBe(head);
  });

  it.each<[string, string, CaptureLead]>([
    ['identity-missing', 'neither id, e-mail nor phone', { name: 'Ann' }],
    ['invalid-email', 'no e-mail', { email: 'ann' }],
    ['invalid-email', 'an empty e-mail', { id: 'l1', email: '' }],
    ['invalid-phone', 'no phone', { phone: '12' }],
    ['occurred-in-the-future', 'more than a day ahead', { id: 'l1', occurredAt: noon + day + 1 }],
    ['occurred-too-early', 'before 1900', { id: 'l1', occurredAt: Date.UTC(1899, 11, 31) }],
    ['invalid-data', 'an id with blanks', { id: 'l 1' }],
    ['invalid-data', 'NUL in a name', { email: 'ann@example.org', name: 'a\0' }],
    [
      'invalid-data',
      'a lone surrogate in an attribute',
      { email: 'a@b.example', attributes: { k: ['\ud800'] } },
    ],
    ['invalid-data', 'a company of 201 characters', { phone: '+49 171 1234567', company: 'x'.repeat(201) }],
    [
      'invalid-data',
      'an empty purpose',
      { email: 'a@b.example', consents: [{ purpose: '', channel: 'email', textVersion: '1' }] },
    ],
  ])('refuses with %s: %s; nothing is written, and the key is not used up', async (rule, _, command) => {
    expect(await refusal(command, 'k')).toMatchObject({ name: 'RuleViolation', rule });
    expect(await log.events.head()).toBe(0);
  });

  it('tells which fields are wrong, and not what they hold', async () => {
    const error = (await refusal({ email: 'ann@example.org', company: 'secret'.repeat(99) })) as Error;
    expect(error).toMatchObject({ fields: { paths: ['company'] } });
    expect(error.message).not.toContain('secret');
  });

  it('passes on that the store cannot say', async () => {
    const away = new StoreUnavailable('the disk is slow', true);
    const unsure = commandsOver(
      asking(log.events, () => {
        throw away;
      }),
    );
    await expect(unsure.captureLead({ id: 'l1' }, by('captureLead'))).rejects.toBe(away);
  });

  describe('after a crash', () => {
    const dieAfter = async (appends: number, command: CaptureLead): Promise<void> => {
      const mortal = commandsOver(dying(log.events, appends));
      await expect(mortal.captureLead(command, by('captureLead'))).rejects.toBeInstanceOf(Crash);
    };

    it('between claim and lead, the next capture captures the lead of the claim', async () => {
      await dieAfter(1, { id: 'l1', email: 'ann@example.org' });
      expect(await commands.findLead({ email: 'ann@example.org' })).toBeNull();
      expect(await capture({ email: 'ann@example.org' })).toMatchObject({ id: 'l1', created: true });
      expect(await commands.findLead({ email: 'ann@example.org' })).toBe('l1');
    });

    it('a claim that is in the way goes to the lead that the caller names', async () => {
      await dieAfter(1, { id: 'dead', email: 'ann@example.org' });
      expect(await capture({ id: 'l2', email: 'ann@example.org' })).toMatchObject({
        id: 'l2',
        created: true,
      });
      expect(await capture({ email: 'ann@example.org' })).toMatchObject({ id: 'l2', created: false });
      // The caller's id is still free, with another e-mail; the old one is another's now.
      expect(await refusal({ id: 'dead', email: 'ann@example.org' })).toMatchObject({
        rule: 'identity-conflict',
      });
      expect(await capture({ id: 'dead', email: 'dan@example.org' })).toMatchObject({
        id: 'dead',
        created: true,
      });
    });

    it('two claims for leads that never came to be are one lead', async () => {
      await dieAfter(1, { id: 'dead-1', email: 'ann@example.org' });
      await dieAfter(1, { id: 'dead-2', phone: '+49 171 5550001' });
      const { id } = await capture({ email: 'ann@example.org', phone: '+49 171 5550001' });
      expect(await capture({ phone: '+49 171 5550001' })).toMatchObject({ id });
    });

    it('a real lead goes before one that never came to be', async () => {
      await dieAfter(1, { id: 'dead', email: 'ann@example.org' });
      await capture({ id: 'real', phone: '+49 171 5550001' });
      expect(await capture({ email: 'ann@example.org', phone: '+49 171 5550001' })).toMatchObject({
        id: 'real',
      });
    });

    it('in the middle of taking a claim over, the claim is free', async () => {
      await dieAfter(1, { id: 'dead', email: 'ann@example.org' });
      await dieAfter(1, { id: 'taker', email: 'ann@example.org' });
      expect(await log.types()).toEqual(['IdentityClaimed', 'IdentityReleased']);
      expect(await commands.findLead({ email: 'ann@example.org' })).toBeNull();
      const { id, created } = await capture({ email: 'ann@example.org' });
      expect(created).toBe(true);
      expect(['dead', 'taker']).not.toContain(id);
      expect(await capture({ email: 'ann@example.org' })).toMatchObject({ id, created: false });
    });

    it('a claim taken over under way stops the capture that made it', async () => {
      let taken = false;
      const slow = commandsOver(
        asking(log.events, async stream => {
          if (stream !== 'lead-slow' || taken) return;
          taken = true;
          await capture({ id: 'quick', email: 'ann@example.org' });
        }),
      );
      await expect(
        slow.captureLead({ id: 'slow', email: 'ann@example.org' }, by('captureLead')),
      ).rejects.toMatchObject({
        rule: 'identity-conflict',
        fields: { leadIds: ['slow', 'quick'] },
      });
      expect((await log.all()).filter(({ type }) => type === 'LeadCaptured')).toHaveLength(1);
    });
  });

  it('of one e-mail, a hundred at once, is one lead', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => capture({ email: 'ann@example.org' })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ revision }) => revision)).size).toBe(100);
  });
});
