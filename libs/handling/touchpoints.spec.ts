import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from 'uuid';
import {
  asking,
  by,
  commandsOver,
  dying,
  noon,
  openLog,
  type OpenLog,
} from '../../test/property/handling-fixture.ts';
import { touchpoints } from '../domain/touchpoint/events.ts';
import type { Commands, Touchpoint } from './port.ts';

const seen = (id: string, more: Partial<Touchpoint> = {}): Touchpoint => ({
  id,
  type: 'PageViewed',
  leadId: 'l1',
  ...more,
});

describe('recordTouchpoints', () => {
  let log: OpenLog;
  let commands: Commands;

  beforeEach(() => {
    log = openLog();
    commands = commandsOver(log.events);
  });
  afterEach(() => log.close());

  const record = (given: readonly Touchpoint[], key?: string) =>
    commands.recordTouchpoints(given, by('recordTouchpoints', key));

  it.each(touchpoints.map(({ type }) => type))('takes %s of a lead that nobody captured', async type => {
    const [answer] = await record([seen('t1', { type, campaign: 'spring' })]);
    const [event] = await log.all();
    expect(answer).toEqual({ id: 't1', outcome: 'appended', revision: 0, position: event!.position });
    expect(event).toMatchObject({
      type,
      stream: 'lead-l1',
      occurredAt: noon,
      data: { leadId: 'l1', touchpointId: 't1', campaign: 'spring' },
      metadata: { leadId: 'l1', actor: 'api', source: 'spec', correlationId: 'c-1' },
    });
  });

  it('keeps query, fragment and notes with the personal data', async () => {
    await record([
      seen('t1', { url: 'https://acme.example/a?mail=ann#x' }),
      seen('t2', { type: 'CallMade', note: 'Ann is nice', owner: 'Olga' }),
    ]);
    expect((await log.all()).map(({ data }) => data)).toEqual([
      { leadId: 'l1', touchpointId: 't1', url: 'https://acme.example/a', personal: { query: '?mail=ann#x' } },
      { leadId: 'l1', touchpointId: 't2', owner: 'Olga', personal: { note: 'Ann is nice' } },
    ]);
  });

  it('answers in the order given, each with its own place, several leads among each other', async () => {
    const given = Array.from({ length: 200 }, (_, i) => seen(`t${i}`, { leadId: `l${i % 7}` }));
    const answers = await record(given);
    const log1 = await log.all();
    expect(answers.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
    for (const [index, { revision, position, outcome }] of answers.entries()) {
      expect(outcome).toBe('appended');
      const event = log1.find(one => one.position === position);
      expect(event).toMatchObject({
        revision,
        stream: `lead-${given[index]!.leadId}`,
        data: { touchpointId: given[index]!.id },
      });
    }
  });

  it('appends once a lead', async () => {
    let appends = 0;
    const counted = commandsOver(
      asking(log.events, () => {
        appends++;
      }),
    );
    await counted.recordTouchpoints(
      Array.from({ length: 100 }, (_, i) => seen(`t${i}`, { leadId: `l${i % 3}` })),
      by('recordTouchpoints'),
    );
    expect(appends).toBe(3);
  });

  it('uses the id as the event id where it is a UUID, and one made of it alone where not', async () => {
    const uuid = '0190D1E5-7A3B-7CCC-8DDD-0123456789AB';
    await record([seen(uuid), seen('t1'), seen('t1', { leadId: 'l2', type: 'CallMade' })].slice(0, 2));
    await record([seen('t1', { leadId: 'l2', type: 'CallMade' })]);
    const [first, second, third] = await log.all();
    expect(first!.id).toBe(uuid.toLowerCase());
    expect(validate(second!.id)).toBe(true);
    expect(third!.id).toBe(second!.id);
    expect((await record([seen(uuid.toLowerCase())]))[0]).toMatchObject({
      outcome: 'duplicate',
      revision: 0,
    });
  });

  it('tells duplicates, of before and of the same request, with the place where they stand', async () => {
    await record([seen('t0'), seen('t1')]);
    const answers = await record([seen('t2'), seen('t1'), seen('t2'), seen('t3')]);
    expect(answers.map(({ outcome, revision }) => [outcome, revision])).toEqual([
      ['appended', 2],
      ['duplicate', 1],
      ['duplicate', 2],
      ['appended', 3],
    ]);
    const events = await log.all();
    expect(events).toHaveLength(4);
    for (const { revision, position } of answers) expect(events[revision!]!.position).toBe(position);
  });

  it('refuses one by one, and takes the others', async () => {
    const answers = await record([
      seen('ok'),
      seen('type', { type: 'LeadCaptured' }),
      seen('field', { colour: 'red' }),
      seen('personal', { personal: { query: 'x' } }),
      seen('status', { type: 'EmailBounced', status: 'bad' }),
      seen('future', { occurredAt: noon + 86_400_001 }),
      seen('early', { occurredAt: -1e14 }),
      seen('nul', { campaign: 'a\0' }),
      seen('no id!'),
      seen('lead', { leadId: 'no id!' }),
      seen('url', { url: 7 }),
      seen('long', { url: `https://acme.example/?${'x'.repeat(10_000)}` }),
      seen('note', { type: 'MeetingHeld', note: ['x'] }),
      seen('ok', { campaign: 'other' }),
      seen('ok', { leadId: 'l2' }),
      seen('fine'),
    ]);
    const reasons = Object.fromEntries(answers.map(({ id, reason }, i) => [`${i} ${id}`, reason ?? null]));
    expect(reasons).toEqual({
      '0 ok': null,
      '1 type': expect.stringMatching(/^type: .*PageViewed/),
      '2 field': expect.stringMatching(/^colour: /),
      '3 personal': expect.stringMatching(/^personal: /),
      '4 status': expect.stringMatching(/^status: /),
      '5 future': expect.stringContaining('day ahead'),
      '6 early': expect.stringContaining('1900'),
      '7 nul': expect.stringMatching(/^campaign: .*NUL/),
      '8 no id!': expect.stringMatching(/^id: /),
      '9 lead': expect.stringMatching(/^leadId: /),
      '10 url': expect.stringMatching(/^url: /),
      '11 long': expect.stringMatching(/^query: /),
      '12 note': expect.stringMatching(/^note: /),
      '13 ok': expect.stringMatching(/^id: /),
      '14 ok': expect.stringMatching(/^id: /),
      '15 fine': null,
    });
    expect((await log.all()).map(({ data }) => (data as { touchpointId: string }).touchpointId)).toEqual([
      'ok',
      'fine',
    ]);
  });

  it('keeps the limits of an append, however large the request', async () => {
    const large = Array.from({ length: 250 }, (_, i) =>
      seen(`t${i}`, { type: 'CallMade', note: 'ä'.repeat(9_000) }),
    );
    const answers = await record(large);
    expect(answers.every(({ outcome }) => outcome === 'appended')).toBe(true);
    expect(answers.map(({ revision }) => revision)).toEqual(large.map((_, i) => i));
    const many = Array.from({ length: 2_500 }, (_, i) => seen(`m${i}`));
    expect((await record(many)).map(({ revision }) => revision)).toEqual(many.map((_, i) => 250 + i));
  });

  it('answers nothing to nothing', async () => expect(await record([])).toEqual([]));

  it('with a key answers a repeat as the first time, and refuses other facts', async () => {
    await record([seen('t1')]);
    const given = [seen('t0'), seen('t1'), seen('t2', { leadId: 'l2' }), seen('bad', { type: 'x' })];
    const first = await record(given, 'k');
    expect(first.map(({ outcome }) => outcome)).toEqual(['appended', 'duplicate', 'appended', 'refused']);
    expect(await record(given, 'k')).toEqual(first);
    await expect(record([seen('t9')], 'k')).rejects.toMatchObject({ rule: 'idempotency-key-reused' });
    expect(await log.types()).toHaveLength(4);
  });

  it('interrupted between leads, a repeat writes the rest', async () => {
    const given = Array.from({ length: 9 }, (_, i) => seen(`t${i}`, { leadId: `l${i % 3}` }));
    const mortal = commandsOver(dying(log.events, 2));
    await expect(mortal.recordTouchpoints(given, by('recordTouchpoints'))).rejects.toMatchObject({
      name: 'Crash',
    });
    expect(await log.types()).toHaveLength(6);
    const answers = await record(given);
    expect(answers.filter(({ outcome }) => outcome === 'appended')).toHaveLength(3);
    expect(await log.types()).toHaveLength(9);
  });

  it('is not exhausted by a fact that nests without end', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(await record([seen('t1', { url: deep })], 'k')).toMatchObject([{ outcome: 'refused' }]);
  });
});
