import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkEventData } from '../validate.ts';
import { mergeProfiles, profileChanges, toProfile, type GivenProfile } from './profile.ts';

describe('what is said of a lead', () => {
  it('keeps what identifies the person apart, and nothing of it outside', () => {
    const given: Required<GivenProfile> = {
      email: ' Ann@Example.org ',
      phone: ' +49 171 1 ',
      name: 'Ann',
      company: 'Acme',
      jobTitle: 'CTO',
      country: 'DE',
      origin: 'social',
      campaign: 'spring',
      landingPage: 'https://acme.example/a?mail=ann#x',
      attributes: { size: 3 },
    };
    const { personal, ...open } = toProfile(given);
    expect(open).toEqual({
      company: 'Acme',
      country: 'DE',
      origin: 'social',
      campaign: 'spring',
      landingPage: 'https://acme.example/a',
    });
    expect(personal).toEqual({
      email: 'Ann@Example.org',
      phone: '+49 171 1',
      name: 'Ann',
      jobTitle: 'CTO',
      landingPageQuery: '?mail=ann#x',
      attributes: { size: 3 },
    });
    expect(checkEventData('LeadCaptured', { leadId: 'l', ...toProfile(given) })).toEqual([]);
  });

  it('has no member for what is left out', () => {
    expect(toProfile({})).toEqual({});
    expect(Object.keys(toProfile({ company: 'Acme', name: undefined }))).toEqual(['company']);
  });

  it('takes other members of a command for no part of it', () => {
    expect(toProfile({ id: 'l1', consents: [], company: 'Acme' } as GivenProfile)).toEqual({
      company: 'Acme',
    });
  });
});

describe('what changes of a profile', () => {
  it('compares attributes by name and value', () => {
    const known = toProfile({ attributes: { a: 1, b: { c: [1, 2] }, d: null } });
    const said = toProfile({ attributes: { a: 2, b: { c: [1, 2] }, d: null, e: true } });
    expect(profileChanges(known, said)).toEqual({ personal: { attributes: { a: 2, e: true } } });
    expect(mergeProfiles(known, said).personal?.attributes).toEqual({
      a: 2,
      b: { c: [1, 2] },
      d: null,
      e: true,
    });
  });

  it('takes a landing page and its query as one', () => {
    const known = toProfile({ landingPage: '/a?x' });
    expect(profileChanges(known, toProfile({ landingPage: '/a?x' }))).toBeNull();
    expect(profileChanges(known, toProfile({ landingPage: '/a' }))).toEqual({ landingPage: '/a' });
    expect(mergeProfiles(known, toProfile({ landingPage: '/a' }))).toEqual({ landingPage: '/a' });
    expect(profileChanges(known, toProfile({ landingPage: '/b?x' }))).toEqual({
      landingPage: '/b',
      personal: { landingPageQuery: '?x' },
    });
    expect(mergeProfiles(known, toProfile({ company: 'Acme' }))).toEqual({ ...known, company: 'Acme' });
  });

  const word = fc.option(fc.constantFrom('a', 'b', ''), { nil: undefined });
  const given: fc.Arbitrary<GivenProfile> = fc
    .record({
      email: word,
      name: word,
      company: word,
      origin: word,
      landingPage: fc.option(fc.constantFrom('/a', '/b', '/a?x', '/a#y', ''), { nil: undefined }),
      attributes: fc.option(fc.dictionary(fc.constantFrom('k', '__proto__', 'l'), fc.nat(2)), {
        nil: undefined,
      }),
    })
    .map(value => value);

  it('merged into what is known is the same as all that was said merged into it', () => {
    fc.assert(
      fc.property(fc.array(given, { maxLength: 4 }), given, (past, now) => {
        const known = past.map(toProfile).reduce(mergeProfiles, {});
        const changes = profileChanges(known, toProfile(now));
        const merged = mergeProfiles(known, toProfile(now));
        expect(changes === null ? known : mergeProfiles(known, changes)).toEqual(merged);
        expect(profileChanges(merged, toProfile(now))).toBeNull();
      }),
    );
  });
});
