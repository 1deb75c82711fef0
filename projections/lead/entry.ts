import type { EventOf } from '../../libs/domain/catalog.ts';
import { earliest, latest, type Stated } from './stated.ts';

/**
 * How a lead came in. The instants are epoch ms, and all is a minimum or maximum over the events, so that it comes out
 * the same in whatever order they arrive.
 */
export interface Entry {
  /** The earliest capture. */
  readonly captured?: number;
  /** The earliest touchpoint, where it was before any capture. */
  readonly touched?: number;
  /** Of the earliest capture that states one; else of the earliest change of the profile. */
  readonly origin?: string;
  readonly campaign?: string;
  /** As stated last. */
  readonly country?: string;
  /** When and how these were stated, where that was not by the earliest capture: most are, and take less room so. */
  readonly stated?: { readonly [K in Described]?: Omit<Stated<string>, 'value'> };
}

type Described = 'origin' | 'campaign' | 'country';

/** The first touch, epoch ms: the earliest capture or touchpoint; null while there is neither. */
export const enteredAt = (entry: Entry): number | null => entry.touched ?? entry.captured ?? null;

/** A touchpoint at the instant. */
export const touch = (entry: Entry, at: number): Entry =>
  at < (entry.touched ?? entry.captured ?? Infinity) ? { ...entry, touched: at } : entry;

/** Of whom nothing is known. One for all, so that what `capture` makes of it is one for all read models. */
export const noEntry: Entry = {};

type Capture = EventOf<'LeadCaptured' | 'LeadRecaptured'>;

/** More captures than a page of the log holds. */
const most = 2_000;
/** What captures led to lately: one read model after the other folds the same page, and they share the outcome. */
const lately = new Map<Capture, { readonly before: Entry; readonly after: Entry }>();

/** The lead was captured, for the first time or again. */
export const capture = (before: Entry, event: Capture): Entry => {
  const known = lately.get(event);
  if (known?.before === before) return known.after;
  const after = captured(before, event);
  if (lately.size >= most) lately.clear();
  lately.set(event, { before, after });
  return after;
};

const captured = (entry: Entry, event: Capture): Entry =>
  describe(entry, event, false, Math.min(entry.captured ?? Infinity, event.occurredAt));

/** The profile changed; that is no touch. */
export const correct = (entry: Entry, event: EventOf<'LeadProfileUpdated'>): Entry =>
  describe(entry, event, true, entry.captured);

/** What breaks numbers down by, of the entry. */
export const entryCell = (
  entry: Entry,
): { readonly origin: string | null; readonly campaign: string | null; readonly country: string | null } => ({
  origin: entry.origin ?? null,
  campaign: entry.campaign ?? null,
  country: entry.country ?? null,
});

const describe = (
  entry: Entry,
  {
    occurredAt: at,
    data,
  }: { readonly occurredAt: number; readonly data: { readonly [K in Described]?: string } },
  weak: boolean,
  capturedAt: number | undefined,
): Entry => {
  const known = (name: Described): Stated<string> | undefined => statementIn(entry, name);
  const before = { origin: known('origin'), campaign: known('campaign'), country: known('country') };
  const origin = earliest(before.origin, data.origin, at, weak);
  const campaign = earliest(before.campaign, data.campaign, at, weak);
  const country = latest(before.country, data.country, at);
  const isKnown = origin === before.origin && campaign === before.campaign && country === before.country;
  if (isKnown && capturedAt === entry.captured) return entry;
  const after: Changing = {};
  if (capturedAt !== undefined) after.captured = capturedAt;
  if (entry.touched !== undefined && entry.touched < (capturedAt ?? Infinity)) after.touched = entry.touched;
  say(after, 'origin', origin);
  say(after, 'campaign', campaign);
  say(after, 'country', country);
  return after;
};

type Changing = { -readonly [K in keyof Entry]: Entry[K] };

const statementIn = (entry: Entry, name: Described): Stated<string> | undefined => {
  const value = entry[name];
  if (value === undefined) return undefined;
  const how = entry.stated?.[name];
  return how === undefined ? { value, at: entry.captured ?? 0 } : { value, ...how };
};

const say = (entry: Changing, name: Described, statement: Stated<string> | undefined): void => {
  if (statement === undefined) return;
  const { value, at, weak } = statement;
  entry[name] = value;
  if (weak || at !== entry.captured) entry.stated = { ...entry.stated, [name]: weak ? { at, weak } : { at } };
};
