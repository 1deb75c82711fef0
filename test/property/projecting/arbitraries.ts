import fc from 'fast-check';
import { defineProjection, leadOf } from '../../../libs/projecting/define.ts';
import type { CellDelta } from '../../../libs/read-store/port.ts';
import type { ShortEvent } from '../../../libs/projecting/testing.ts';

const dayMs = 86_400_000;
const leadId = fc.constantFrom('a', 'b', 'c', 'd');
const touchpointId = fc.constantFrom('t1', 't2', 't3');
const label = fc.constantFrom('social', 'search', 'e-mail', 'Ünïcode "quoted"', '__proto__', 'constructor');
/** Mostly some months, now and then another age, on any side of midnight. */
const occurredAt = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 17_500 * dayMs, max: 17_700 * dayMs }) },
  { weight: 2, arbitrary: fc.integer({ min: 17_500, max: 17_503 }).map(day => day * dayMs) },
  { weight: 1, arbitrary: fc.integer({ min: -40_000 * dayMs, max: 40_000 * dayMs }) },
);
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const amount = fc.record({
  amount: fc.oneof(fc.integer({ min: -5, max: 500_000 }), fc.constant(5_000_000_000)),
  currency: fc.constantFrom('EUR', 'USD'),
});

const profile = fc.record(
  { leadId, origin: label, campaign: label, country: label, company: label },
  { requiredKeys: ['leadId'] },
);
const touch = fc.record(
  { leadId, touchpointId, campaign: label },
  { requiredKeys: ['leadId', 'touchpointId'] },
);
const opportunityId = fc.constantFrom('o1', 'o2');
const deal = fc.record(
  { leadId, opportunityId, amount, owner: label, segment: label, declaredRevenue: amount },
  { requiredKeys: ['leadId', 'opportunityId'] },
);
const orderId = fc.constantFrom('r1', 'r2', 'r3', '__proto__');
const order = fc.record(
  { leadId, orderId, country: label, total: amount },
  { requiredKeys: ['leadId', 'orderId', 'total'] },
);
const churned = fc.record({
  leadId,
  lastOrderOn: fc.constantFrom('2017-12-01', '2018-02-01'),
  inactiveDays: fc.constant(90),
});
const stage = fc.constantFrom(
  'visitor',
  'lead',
  'mql',
  'sql',
  'opportunity',
  'customer',
  'advocate',
  'other',
);

/** Without members that are undefined, as JSON has it. */
const data = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  arbitrary.map(value => JSON.parse(JSON.stringify(value)) as T);

const one = <const T extends ShortEvent['type']>(
  types: readonly T[],
  of: fc.Arbitrary<Extract<ShortEvent, { type: T }>['data']>,
): fc.Arbitrary<ShortEvent> =>
  fc.record({ type: fc.constantFrom(...types), data: data(of), occurredAt }) as fc.Arbitrary<ShortEvent>;

const event: fc.Arbitrary<ShortEvent> = fc.oneof(
  { weight: 3, arbitrary: one(['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated'], profile) },
  { weight: 3, arbitrary: one(['PageViewed', 'LinkClicked', 'EmailSent', 'MeetingHeld'], touch) },
  { weight: 3, arbitrary: one(['LeadStageChanged'], fc.record({ leadId, stage })) },
  { weight: 3, arbitrary: one(['OpportunityOpened', 'OpportunityWon'], deal) },
  {
    weight: 1,
    arbitrary: one(
      ['OpportunityStageChanged'],
      fc.record({ leadId, opportunityId, stage, probability: some(fc.constantFrom(0, 0.1, 0.5, 1)) }),
    ),
  },
  {
    weight: 2,
    arbitrary: one(['OpportunityLost', 'OpportunityReopened'], fc.record({ leadId, opportunityId })),
  },
  { weight: 4, arbitrary: one(['OrderPlaced'], order) },
  { weight: 1, arbitrary: one(['OrderCancelled'], fc.record({ leadId, orderId })) },
  { weight: 1, arbitrary: one(['CustomerChurned'], churned) },
);

/** What may come in of a few leads: late, out of order, odd. */
export const histories: fc.Arbitrary<readonly ShortEvent[]> = fc.array(event, { maxLength: 40, size: 'max' });

interface Visits {
  readonly days: readonly string[];
  readonly origin?: string;
  readonly last?: number;
}

/**
 * Uses everything that a definition can: two day dimensions, text and integer ones that are left out or null, findings,
 * due instants, entities that aren't leads, events of no entity, and functions that fail.
 */
export const visits = defineProjection({
  name: 'visits',
  version: 1,
  entity: {
    LeadCaptured: leadOf,
    PageViewed: leadOf,
    LinkClicked: event => (event.data.campaign === 'social' ? null : event.data.leadId),
    MeetingHeld: event => {
      if (event.data.campaign === 'search') throw new Error('nobody met');
      return event.data.leadId;
    },
    LeadStageChanged: event => `${event.data.leadId}/${event.data.stage.length % 2}`,
  },
  initialState: (): Visits => ({ days: [] }),
  evolve: (state, event, { calendar }): Visits => {
    const day = calendar.day(event.occurredAt);
    switch (event.type) {
      case 'LeadCaptured':
        if (event.data.origin === 'e-mail') throw new Error('no mail');
        return event.data.origin === undefined ? state : { ...state, origin: event.data.origin };
      case 'LeadStageChanged':
        if (event.data.stage === 'advocate') throw new Error('never heard of it');
        // The third makes `contributes` fail; a fourth would mend it.
        return { days: [...state.days, day] };
      default:
        if (state.days.includes(day)) return state;
        return {
          ...state,
          days: [...state.days, day].sort(),
          last: Math.max(state.last ?? 0, event.occurredAt),
        };
    }
  },
  dimensions: { first: 'day', day: 'day', origin: 'text', visits: 'integer' },
  measures: ['leads', 'visits2'],
  indexes: ['origin'],
  contributes: ({ days, origin = null, last }): readonly CellDelta[] => {
    if (last === undefined && days.length === 3) throw new Error('three are too many');
    const [first] = days;
    return [
      { cell: { first: first ?? null, origin, visits: days.length }, add: { leads: 1 } },
      ...days.map(day => ({ cell: { day, origin }, add: { visits2: 1 } })),
      { cell: origin === null ? {} : { origin }, add: { leads: 1, visits2: days.length } },
    ];
  },
  quality: ({ days, origin }) =>
    days.length > 2 ? [{ reason: 'often', kept: days.length < 4, cell: { origin: origin ?? null } }] : [],
  due: ({ last }) => (last === undefined ? null : last + 86_400_000),
});
