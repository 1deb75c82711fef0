import type { EventOf } from '../../libs/domain/catalog.ts';
import type { Json } from '../../libs/domain/event.ts';
import { defineProjection, leadOf } from '../../libs/projecting/define.ts';
import { capture, correct, noEntry, type Entry } from './entry.ts';
import { own } from './standing.ts';
import { latest, type Stated } from './stated.ts';

/** Who a lead is: each field as it was stated last. Where it came from is in its entry. */
export interface LeadProfile {
  readonly entry: Entry;
  readonly fields: Readonly<Record<string, Stated<string>>>;
  readonly personal: Readonly<Record<string, Stated<string>>>;
  /** Attributes by name; personal too. */
  readonly attributes?: Readonly<Record<string, Stated<Json>>>;
  /** Consents by `consentKey`: the version of the text that was agreed to last. */
  readonly consents?: Readonly<Record<string, Stated<string>>>;
}

/** Purpose and channel as one key; JSON, so that it can be taken apart whatever they are. */
export const consentKey = (purpose: string, channel: string): string => JSON.stringify([purpose, channel]);

type ProfileEvent = EventOf<'LeadCaptured' | 'LeadRecaptured' | 'LeadProfileUpdated'>;

/** The profile of each lead. It takes in no touchpoints, and has no totals: those are the funnel's. */
export const lead = defineProjection({
  name: 'lead',
  version: 2,
  total: true,
  description: 'Who each lead is: profile, attributes and consents, each as stated last',
  entity: {
    LeadCaptured: leadOf,
    LeadRecaptured: leadOf,
    LeadProfileUpdated: leadOf,
    ConsentGranted: leadOf,
  },
  workspace: [],
  initialState: (): LeadProfile => ({ entry: noEntry, fields: {}, personal: {} }),

  evolve: (profile, event): LeadProfile => {
    switch (event.type) {
      case 'ConsentGranted': {
        const { purpose, channel, textVersion } = event.data;
        const consents = stated(
          profile.consents ?? {},
          { [consentKey(purpose, channel)]: textVersion },
          event,
        );
        return { ...profile, consents };
      }
      case 'LeadProfileUpdated':
        return described(profile, correct(profile.entry, event), event);
      default:
        return described(profile, capture(profile.entry, event), event);
    }
  },
});

const described = (profile: LeadProfile, entry: Entry, event: ProfileEvent): LeadProfile => {
  const { company, landingPage, personal = {} } = event.data;
  const { attributes, ...named } = personal;
  return {
    ...profile,
    entry,
    fields: stated(profile.fields, { company, landingPage }, event),
    personal: stated(profile.personal, named, event),
    ...(attributes && {
      attributes: stated(profile.attributes ?? {}, attributes as Readonly<Record<string, Json>>, event),
    }),
  };
};

const stated = <T>(
  known: Readonly<Record<string, Stated<T>>>,
  values: Readonly<Record<string, T | undefined>>,
  { occurredAt }: ProfileEvent | EventOf<'ConsentGranted'>,
): Readonly<Record<string, Stated<T>>> => {
  const changes = Object.entries(values).flatMap(([name, value]): [string, Stated<T>][] => {
    const now = latest(own(known, name), value, occurredAt);
    return now === undefined ? [] : [[name, now]];
  });
  // Built from entries, so that a name such as __proto__ is a name like any other.
  return Object.fromEntries([...Object.entries(known), ...changes]);
};
