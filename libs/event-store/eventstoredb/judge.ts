import type { Revision } from '../port.ts';
import type { PreparedAppend, PreparedEvent } from '../prepare.ts';
import type { Known, Place } from './known.ts';

/** What to do next with an append. */
export type Step =
  /** Nothing can be said before the stream's newest events are known. */
  | { readonly kind: 'learn' }
  | { readonly kind: 'refuse'; readonly actual: Revision | null }
  /** All of its events stand in the stream; the place is that of the last one given. */
  | { readonly kind: 'answer'; readonly place: Place }
  /** These are missing: append them after the revision, or to no stream where it is −1. */
  | { readonly kind: 'send'; readonly events: readonly PreparedEvent[]; readonly after: Revision };

const learn: Step = { kind: 'learn' };

const refuse = (known: Known, current: boolean): Step =>
  current ? { kind: 'refuse', actual: known.head() < 0 ? null : known.head() } : learn;

/** The place of the last event when all of them stand in the stream one after the other from a revision on. */
const standing = (events: readonly PreparedEvent[], { placeOf }: Known, from: Revision): Place | null => {
  let place: Place | undefined;
  for (const [n, { id }] of events.entries()) {
    place = placeOf(id);
    if (place?.[0] !== from + n) return null;
  }
  return place ?? null;
};

const exactly = (
  { events }: PreparedAppend,
  known: Known | undefined,
  from: Revision,
  current: boolean,
): Step => {
  // Whoever wants to begin a stream is refused by the server where there is one; everybody else could write an id twice.
  if (known === undefined) return from === 0 ? { kind: 'send', events, after: -1 } : learn;
  const head = known.head();
  if (from === head + 1 && !events.some(({ id }) => known.placeOf(id)))
    return { kind: 'send', events, after: head };
  const place = standing(events, known, from);
  return place === null ? refuse(known, current) : { kind: 'answer', place };
};

const missing = ({ events, expected }: PreparedAppend, known: Known | undefined, current: boolean): Step => {
  if (known === undefined) return learn;
  const head = known.head();
  if (head < 0 && expected === 'STREAM_EXISTS') return refuse(known, current);
  const rest = events.filter(({ id }) => known.placeOf(id) === undefined);
  if (rest.length > 0) return { kind: 'send', events: rest, after: head };
  const place = known.placeOf(events.at(-1)?.id ?? '');
  return place === undefined ? learn : { kind: 'answer', place };
};

/**
 * Judges an append by what is known of its stream.
 *
 * @param current whether the stream was read to its end since the append was called
 */
export const judge = (append: PreparedAppend, known: Known | undefined, current: boolean): Step => {
  const { expected } = append;
  if (expected === 'NO_STREAM') return exactly(append, known, 0, current);
  if (typeof expected === 'number') return exactly(append, known, expected + 1, current);
  return missing(append, known, current);
};
