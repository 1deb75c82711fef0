import { describe, expect, it } from '@jest/globals';
import type { Happening } from '../catalog.ts';
import { specify } from '../testing.ts';
import { holds, leadDecider } from './decider.ts';

const stages = ['lead', 'mql', 'customer'];
const lead = specify(leadDecider(stages));

const captured: Happening = {
  type: 'LeadCaptured',
  data: { leadId: 'l1', company: 'Acme', personal: { name: 'Ann' } },
};
const released: Happening = {
  type: 'IdentityReleased',
  data: { leadId: 'l1', identity: 'identity-a', claim: 0 },
};
const viewed: Happening = { type: 'PageViewed', data: { leadId: 'l1', touchpointId: 't1' } };
const staged = (stage: string, from: string | null): Happening => ({
  type: 'LeadStageChanged',
  data: { leadId: 'l1', stage, from },
});
const capture = { kind: 'capture', leadId: 'l1', profile: {}, consents: [], claims: [] } as const;

describe('capturing a lead', () => {
  it('makes it known, with what is said of it', () =>
    lead
      .given([])
      .when({ ...capture, profile: { company: 'Acme', personal: { name: 'Ann' } } })
      .then([captured]));

  it('recaptures one that is known, with all that is said again', () =>
    lead
      .given([captured])
      .when({ ...capture, profile: { company: 'Acme' } })
      .then([{ type: 'LeadRecaptured', data: { leadId: 'l1', company: 'Acme' } }]));

  it('captures one that only touchpoints told of', () =>
    lead
      .given([viewed])
      .when(capture)
      .then([{ type: 'LeadCaptured', data: { leadId: 'l1' } }]));

  it('grants the consents in the same breath, and nothing else of what they came with', () => {
    const consent = { purpose: 'news', channel: 'email', textVersion: '3', ip: '10.0.0.1' };
    lead
      .given([])
      .when({ ...capture, consents: [consent] })
      .then([
        { type: 'LeadCaptured', data: { leadId: 'l1' } },
        {
          type: 'ConsentGranted',
          data: { leadId: 'l1', purpose: 'news', channel: 'email', textVersion: '3' },
        },
      ]);
  });

  it('is refused through a claim that was given up, but not through a later one', () => {
    const through = (claim: number) => ({ ...capture, claims: [{ identity: 'identity-a', claim }] });
    lead.given([released]).when(through(0)).thenRefused('identity-released');
    lead
      .given([released])
      .when(through(1))
      .then([{ type: 'LeadCaptured', data: { leadId: 'l1' } }]);
  });
});

describe('updating a lead', () => {
  const update = (profile: object) => ({ kind: 'update', leadId: 'l1', profile }) as const;

  it('tells only what changes', () =>
    lead
      .given([captured])
      .when(update({ company: 'Acme', country: 'DE', personal: { name: 'Anna' } }))
      .then([
        { type: 'LeadProfileUpdated', data: { leadId: 'l1', country: 'DE', personal: { name: 'Anna' } } },
      ]));

  it('tells nothing when nothing does', () =>
    lead
      .given([captured])
      .when(update({ company: 'Acme', personal: { name: 'Ann' } }))
      .then([]));

  it('compares with what was said last', () => {
    const updated: Happening = { type: 'LeadProfileUpdated', data: { leadId: 'l1', company: 'Beta' } };
    const again: Happening = { type: 'LeadRecaptured', data: { leadId: 'l1', company: 'Gamma' } };
    lead
      .given([captured, updated, again])
      .when(update({ company: 'Gamma' }))
      .then([]);
    lead
      .given([captured, updated])
      .when(update({ company: 'Acme' }))
      .then([{ type: 'LeadProfileUpdated', data: { leadId: 'l1', company: 'Acme' } }]);
  });

  it('needs a lead that was captured', () => {
    lead
      .given([])
      .when(update({ company: 'Acme' }))
      .thenThrows('NotFound');
    lead
      .given([viewed, released])
      .when(update({ company: 'Acme' }))
      .thenThrows('NotFound');
  });
});

describe('changing the stage', () => {
  const change = { kind: 'stage', leadId: 'l1', stage: 'mql' } as const;

  it('tells the stage before, null where none was', () => {
    lead
      .given([captured])
      .when(change)
      .then([staged('mql', null)]);
    lead
      .given([captured, staged('lead', null)])
      .when(change)
      .then([staged('mql', 'lead')]);
  });

  it('keeps the reason with the personal data', () =>
    lead
      .given([captured])
      .when({ ...change, reason: 'Ann asked' })
      .then([
        {
          type: 'LeadStageChanged',
          data: { leadId: 'l1', stage: 'mql', from: null, personal: { reason: 'Ann asked' } },
        },
      ]));

  it('tells nothing when it is the stage already, and allows the way back', () => {
    lead
      .given([captured, staged('mql', null)])
      .when(change)
      .then([]);
    lead
      .given([captured, staged('customer', 'mql')])
      .when(change)
      .then([staged('mql', 'customer')]);
  });

  it('refuses a stage that the workspace does not have, and names those that it has', () =>
    lead
      .given([captured])
      .when({ ...change, stage: 'MQL' })
      .thenRefused('unknown-stage', { known: stages }));

  it('needs a lead that was captured', () => lead.given([viewed]).when(change).thenThrows('NotFound'));
});

describe('releasing a claim', () => {
  const release = { kind: 'release', leadId: 'l1', identity: 'identity-a', claim: 0 } as const;

  it('voids it where the lead was never captured, once', () => {
    lead.given([viewed]).when(release).then([released]);
    lead.given([released]).when(release).then([]);
  });

  it('is refused once the lead was captured', () =>
    lead.given([captured]).when(release).thenRefused('identity-in-use'));

  it('leaves other claims as they are', () => {
    const { initialState, evolve } = leadDecider(stages);
    const state = evolve(initialState, released);
    expect(holds(state, { identity: 'identity-a', claim: 0 })).toBe(false);
    expect(holds(state, { identity: 'identity-a', claim: 2 })).toBe(true);
    expect(holds(state, { identity: 'identity-b', claim: 0 })).toBe(true);
  });
});
