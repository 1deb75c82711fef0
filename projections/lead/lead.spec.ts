import { describe, expect, it } from '@jest/globals';
import { specify } from '../../libs/projecting/testing.ts';
import { consentKey, lead, type LeadProfile } from './lead.projection.ts';

const profileOf = (states: ReadonlyMap<string, unknown>): LeadProfile => states.get('a') as LeadProfile;

describe('the profile of a lead', () => {
  it('is each field as it was stated last, whenever that arrives', () => {
    specify(lead)
      .given(
        {
          type: 'LeadCaptured',
          data: { leadId: 'a', company: 'Old', personal: { email: 'a@example.org', name: 'Ann' } },
          occurredAt: '2018-01-01',
        },
        {
          type: 'LeadProfileUpdated',
          data: { leadId: 'a', company: 'New', personal: { jobTitle: 'Boss' } },
          occurredAt: '2018-03-01',
        },
        {
          type: 'LeadRecaptured',
          data: { leadId: 'a', company: 'Late', personal: { name: 'Anna' } },
          occurredAt: '2018-02-01',
        },
      )
      .then(({ states }) => {
        const { fields, personal } = profileOf(states);
        expect(fields.company?.value).toBe('New');
        expect(
          Object.fromEntries(Object.entries(personal).map(([name, { value }]) => [name, value])),
        ).toEqual({
          email: 'a@example.org',
          name: 'Anna',
          jobTitle: 'Boss',
        });
      });
  });

  it('takes attributes of any name and kind, one by one', () => {
    const attributes = JSON.parse('{"__proto__":"x","constructor":[1],"budget":null}') as Record<
      string,
      unknown
    >;
    specify(lead)
      .given(
        { type: 'LeadCaptured', data: { leadId: 'a', personal: { attributes } }, occurredAt: '2018-01-01' },
        {
          type: 'LeadProfileUpdated',
          data: { leadId: 'a', personal: { attributes: { budget: { from: 5 } } } },
          occurredAt: '2018-01-02',
        },
      )
      .then(({ states }) => {
        const known = Object.entries(profileOf(states).attributes ?? {}).map(([name, { value }]) => [
          name,
          value,
        ]);
        expect(known).toEqual([
          ['__proto__', 'x'],
          ['constructor', [1]],
          ['budget', { from: 5 }],
        ]);
      });
  });

  it('keeps the consent that was given last per purpose and channel', () => {
    const consent = (channel: string, textVersion: string, occurredAt: string) =>
      ({
        type: 'ConsentGranted',
        data: { leadId: 'a', purpose: 'a/b', channel, textVersion },
        occurredAt,
      }) as const;
    specify(lead)
      .given(
        consent('email', '2', '2018-02-01'),
        consent('email', '1', '2018-01-01'),
        consent('phone', '1', '2018-01-01'),
      )
      .then(({ states }) => {
        const { consents = {} } = profileOf(states);
        expect(consents[consentKey('a/b', 'email')]?.value).toBe('2');
        expect(Object.keys(consents)).toHaveLength(2);
      });
  });
});
