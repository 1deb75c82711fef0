import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Happening } from '../catalog.ts';
import { NotFound, RuleViolation } from '../errors.ts';
import { specify } from '../testing.ts';
import { checkEventData } from '../validate.ts';
import { opportunityDecider, type OpportunityCommand } from './decider.ts';

const deal = specify(opportunityDecider);
const ids = { opportunityId: 'o1', leadId: 'l1' };
const euro = (amount: number) => ({ amount, currency: 'EUR' });
const at = { opportunityId: 'o1' } as const;

const opened: Happening = { type: 'OpportunityOpened', data: { ...ids, amount: euro(500), owner: 'Olga' } };
const bare: Happening = { type: 'OpportunityOpened', data: ids };
const won: Happening = { type: 'OpportunityWon', data: { ...ids, amount: euro(500), owner: 'Olga' } };
const lost: Happening = { type: 'OpportunityLost', data: ids };
const reopened: Happening = { type: 'OpportunityReopened', data: ids };
const moved = (stage: string, probability?: number): Happening => ({
  type: 'OpportunityStageChanged',
  data: { ...ids, stage, ...(probability === undefined ? {} : { probability }) },
});

describe('opening a deal', () => {
  it('tells what is known of it, its name with the personal data', () =>
    deal
      .given([])
      .when({ kind: 'open', ...ids, amount: euro(500), name: 'Roof for Ann', owner: 'Olga' })
      .then([
        {
          type: 'OpportunityOpened',
          data: { ...ids, amount: euro(500), owner: 'Olga', personal: { name: 'Roof for Ann' } },
        },
      ]));

  it('is refused for an id that is taken, by an imported win too', () => {
    const open = { kind: 'open', ...ids } as const;
    deal.given([bare]).when(open).thenRefused('opportunity-exists', { opportunityId: 'o1', status: 'open' });
    deal.given([won]).when(open).thenRefused('opportunity-exists', { opportunityId: 'o1', status: 'won' });
  });

  it('takes an amount of 0 and none below', () => {
    deal
      .given([])
      .when({ kind: 'open', ...ids, amount: euro(0) })
      .then([{ type: 'OpportunityOpened', data: { ...ids, amount: euro(0) } }]);
    deal
      .given([])
      .when({ kind: 'open', ...ids, amount: euro(-1) })
      .thenRefused('negative-amount');
  });
});

describe('moving a deal', () => {
  const move = { kind: 'move', ...at, stage: 'offer' } as const;

  it('tells the stage, and the probability where one is given', () => {
    deal
      .given([bare])
      .when(move)
      .then([moved('offer')]);
    deal
      .given([bare])
      .when({ ...move, probability: 0.4 })
      .then([moved('offer', 0.4)]);
  });

  it('tells nothing when it stands there already', () => {
    deal
      .given([bare, moved('offer', 0.4)])
      .when(move)
      .then([]);
    deal
      .given([bare, moved('offer', 0.4)])
      .when({ ...move, probability: 0.4 })
      .then([]);
    deal
      .given([bare, moved('offer', 0.4)])
      .when({ ...move, probability: 0.5 })
      .then([moved('offer', 0.5)]);
  });

  it('is refused once the deal is closed', () => {
    deal.given([bare, won]).when(move).thenRefused('opportunity-closed', { status: 'won' });
    deal.given([bare, lost]).when(move).thenRefused('opportunity-closed', { status: 'lost' });
  });
});

describe('winning a deal', () => {
  const win = { kind: 'win', ...at } as const;

  it('tells all that is known of the deal', () => deal.given([opened]).when(win).then([won]));

  it('takes the amount given over the one before', () =>
    deal
      .given([opened])
      .when({ ...win, amount: euro(450) })
      .then([{ type: 'OpportunityWon', data: { ...ids, amount: euro(450), owner: 'Olga' } }]));

  it('needs no amount', () =>
    deal
      .given([bare])
      .when(win)
      .then([{ type: 'OpportunityWon', data: ids }]));

  it('keeps to the currency of the deal', () => {
    deal
      .given([opened])
      .when({ ...win, amount: { amount: 1, currency: 'USD' } })
      .thenRefused('currency-mismatch', { currency: 'EUR' });
    deal
      .given([bare])
      .when({ ...win, amount: { amount: 1, currency: 'USD' } })
      .then([{ type: 'OpportunityWon', data: { ...ids, amount: { amount: 1, currency: 'USD' } } }]);
  });

  it('is refused below 0, when won, and when lost but not reopened', () => {
    deal
      .given([bare])
      .when({ ...win, amount: euro(-1) })
      .thenRefused('negative-amount');
    deal.given([opened, won]).when(win).thenRefused('opportunity-closed', { status: 'won' });
    deal.given([opened, lost]).when(win).thenRefused('opportunity-closed', { status: 'lost' });
    deal.given([opened, lost, reopened]).when(win).then([won]);
  });
});

describe('losing and reopening a deal', () => {
  it('loses an open one, with a reason among the personal data', () =>
    deal
      .given([bare])
      .when({ kind: 'lose', ...at, reason: 'Ann left' })
      .then([{ type: 'OpportunityLost', data: { ...ids, personal: { reason: 'Ann left' } } }]));

  it('reopens a won one, also one that was imported as won, and a lost one', () => {
    const reopen = { kind: 'reopen', ...at } as const;
    deal.given([bare, won]).when(reopen).then([reopened]);
    deal.given([won]).when(reopen).then([reopened]);
    deal
      .given([bare, lost])
      .when({ ...reopen, reason: 'Ann is back' })
      .then([{ type: 'OpportunityReopened', data: { ...ids, personal: { reason: 'Ann is back' } } }]);
  });

  it('refuses to lose a closed one and to reopen an open one', () => {
    deal
      .given([bare, won])
      .when({ kind: 'lose', ...at })
      .thenRefused('opportunity-closed');
    deal
      .given([bare])
      .when({ kind: 'reopen', ...at })
      .thenRefused('opportunity-not-closed');
    deal
      .given([bare, lost, reopened])
      .when({ kind: 'reopen', ...at })
      .thenRefused('opportunity-not-closed');
  });
});

it.each(['move', 'win', 'lose', 'reopen'] as const)('there is nothing to %s without a deal', kind =>
  deal
    .given([])
    .when({ kind, ...at, stage: 'offer' })
    .thenThrows('NotFound'),
);

it('a deal is won or lost at most once between openings, and its events follow their schemas', () => {
  const command = fc.oneof(
    fc.constant<OpportunityCommand>({ kind: 'open', ...ids, amount: euro(5) }),
    fc.constantFrom<OpportunityCommand>(
      { kind: 'win', ...at },
      { kind: 'lose', ...at, reason: 'x' },
      { kind: 'reopen', ...at },
    ),
    fc.record({ kind: fc.constant('move' as const), ...fix(at), stage: fc.constantFrom('a', 'b') }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), commands => {
      let state = opportunityDecider.initialState;
      const told: string[] = [];
      for (const one of commands) {
        try {
          for (const event of opportunityDecider.decide(one, state)) {
            expect(checkEventData(event.type, event.data)).toEqual([]);
            told.push(event.type);
            state = opportunityDecider.evolve(state, event);
          }
        } catch (error) {
          if (!(error instanceof RuleViolation || error instanceof NotFound)) throw error;
        }
      }
      const shape = told
        .map(
          type =>
            ({
              OpportunityWon: 'c',
              OpportunityLost: 'c',
              OpportunityReopened: 'r',
              OpportunityStageChanged: 'm',
              OpportunityOpened: 'o',
            })[type],
        )
        .join('');
      expect(shape).toMatch(/^(?:om*(?:crm*)*c?)?$/);
    }),
  );
});

function fix(value: { readonly opportunityId: 'o1' }) {
  return { opportunityId: fc.constant(value.opportunityId) };
}
