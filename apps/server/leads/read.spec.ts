import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { BadRequest } from '../http/bad-request.ts';
import { readBody } from '../http/body.pipe.ts';
import { CaptureLeadBody, ChangeStageBody, LookupLeadBody, UpdateLeadBody } from './lead.dto.ts';
import { readCapture, readLookup, readStage, readUpdate } from './read.ts';

const now = Date.UTC(2026, 0, 1);
const profile = {
  email: 'ann@example.org',
  phone: '+49 30 123456',
  name: 'Ann',
  company: 'Ann & Co',
  jobTitle: 'CTO',
  country: 'DE',
  origin: 'social',
  campaign: 'spring',
  landingPage: 'https://example.org/?a=1',
  attributes: { plan: 'gold', seats: 3 },
} as const;
const occurredAt = '2018-03-01T00:00:00Z';
const instant = Date.UTC(2018, 2, 1);

const capture = (body: object) => readCapture(readBody(CaptureLeadBody, body), now);
const update = (body: object) => readUpdate('l1', readBody(UpdateLeadBody, body), now);
const move = (body: object) => readStage('l1', readBody(ChangeStageBody, body), now);
const lookUp = (body: object) => readLookup(readBody(LookupLeadBody, body));

describe('readCapture', () => {
  it('passes on every field, and nothing that was left out', () => {
    const consent = { purpose: 'newsletter', channel: 'email', textVersion: 'v1' };
    expect(capture({ id: 'l1', ...profile, occurredAt, consents: [consent] })).toStrictEqual({
      id: 'l1',
      ...profile,
      occurredAt: instant,
      consents: [consent],
    });
    expect(capture({ phone: '123456' })).toStrictEqual({ phone: '123456' });
  });

  it.each<[string, object]>([
    ['an id', { id: 'l1' }],
    ['an e-mail address', { email: 'a@b' }],
    ['a phone number', { phone: '123456' }],
  ])('is content with %s alone', (_, body) => {
    expect(capture(body)).toStrictEqual(body);
  });

  it('wants something by which to know the lead', () => {
    const { email, phone, ...rest } = profile;
    expect([email, phone]).toHaveLength(2);
    expect(() => capture(rest)).toThrow(/one of id, email and phone/);
  });
});

describe('readUpdate', () => {
  it.each(Object.entries(profile))('takes a change of %s', (name, value) => {
    expect(update({ [name]: value })).toStrictEqual({ id: 'l1', [name]: value });
  });

  it.each([{}, { occurredAt }])('wants one field that changes: %j', body => {
    expect(() => update(body)).toThrow(BadRequest);
  });
});

describe('readStage', () => {
  it('keeps an expected revision of 0', () => {
    expect(move({ stage: 'mql', expectedRevision: 0, occurredAt })).toStrictEqual({
      id: 'l1',
      stage: 'mql',
      expectedRevision: 0,
      occurredAt: instant,
    });
    expect(move({ stage: 'mql', reason: 'called' })).toStrictEqual({
      id: 'l1',
      stage: 'mql',
      reason: 'called',
    });
  });
});

describe('readLookup', () => {
  it('takes either, and neither both nor none', () => {
    expect(lookUp({ email: 'a@b' })).toStrictEqual({ email: 'a@b' });
    expect(lookUp({ phone: '123456' })).toStrictEqual({ phone: '123456' });
    for (const body of [{}, { email: 'a@b', phone: '123456' }])
      expect(() => lookUp(body)).toThrow(/either email or phone/);
  });
});
