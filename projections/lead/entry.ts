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
  readonly origin?: Stated<string>;
  readonly campaign?: Stated<string>;
  /** As stated last. */
  readonly country?: Stated<string>;
}

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

const captured = (entry: Entry, event: Capture): Entry => {
  const at = event.occurredAt;
  const described = describe(entry, event, false);
  if (entry.captured !== undefined && entry.captured <= at) return described;
  const { touched, ...rest } = described;
  return touched !== undefined && touched < at
    ? { ...rest, touched, captured: at }
    : { ...rest, captured: at };
};

/** The profile changed; that is no touch. */
export const correct = (entry: Entry, event: EventOf<'LeadProfileUpdated'>): Entry =>
  describe(entry, event, true);

/** What breaks numbers down by, of the entry. */
export const entryCell = (
  entry: Entry,
): { readonly origin: string | null; readonly campaign: string | null; readonly country: string | null } => ({
  origin: entry.origin?.value ?? null,
  campaign: entry.campaign?.value ?? null,
  country: entry.country?.value ?? null,
});

const describe = (
  entry: Entry,
  {
    occurredAt: at,
    data,
  }: {
    readonly occurredAt: number;
    readonly data: { readonly origin?: string; readonly campaign?: string; readonly country?: string };
  },
  weak: boolean,
): Entry => {
  const origin = earliest(entry.origin, data.origin, at, weak);
  const campaign = earliest(entry.campaign, data.campaign, at, weak);
  const country = latest(entry.country, data.country, at);
  if (origin === entry.origin && campaign === entry.campaign && country === entry.country) return entry;
  return {
    ...entry,
    ...(origin && { origin }),
    ...(campaign && { campaign }),
    ...(country && { country }),
  };
};
