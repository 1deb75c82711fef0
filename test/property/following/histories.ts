import fc from 'fast-check';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import { recordedAt } from '../../../libs/lifecycle/testing.ts';

const kinds = ['LeadCaptured', 'OrderPlaced', 'LeadStageChanged', 'PageViewed', 'EmailOpened'] as const;

const happening = fc.record({
  type: fc.constantFrom(...kinds),
  leadId: fc.constantFrom('a', 'b', 'c'),
  // Reaching `mql` from `lead` qualifies too: one event of the log, two of the life cycle.
  stage: fc.constantFrom('lead', 'mql', 'sql'),
  from: fc.constantFrom('visitor', 'lead', 'mql'),
  /** Positions that the log has left out before it. */
  skipped: fc.constantFrom(0, 0, 0, 1, 7),
});

/** Logs of lifecycle events and others, of three leads, at positions that rise and needn't follow each other. */
export const logsUpTo = (maxLength: number): fc.Arbitrary<readonly RecordedEvent[]> =>
  fc.array(happening, { maxLength, size: 'max' }).map(happenings => {
    let position = 0;
    return happenings.map(({ type, skipped, ...data }) => recordedAt((position += 1 + skipped), type, data));
  });

/** How a call goes; where a process is killed, none of its calls after that does anything. */
export type Fate =
  'done' | 'away' | 'unheard' | 'killed before' | 'killed after' | 'in part' | 'killed in part';

/** Fates of calls in turn; those after the last one are done. */
export const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.constantFrom<Fate>(
    'done',
    'done',
    'done',
    'away',
    'unheard',
    'killed before',
    'killed after',
    'in part',
    'killed in part',
  ),
  { maxLength: 30 },
);

/** Gives a call's fate each time. */
export const inTurn = (left: readonly Fate[]): (() => Fate) => {
  const iterator = left.values();
  return () => iterator.next().value ?? 'done';
};
