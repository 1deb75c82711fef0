import type { Position } from '../port.ts';

/** The furthest position that a process has seen in a log, and when it last saw the log's end. */
export interface Seen {
  /** An answer showed that the log reaches this far. */
  readonly note: (position: Position) => void;
  /** The furthest position, when the log's end was seen at most so many ms ago; null otherwise. */
  readonly within: (ms: number) => Position | null;
}

export const createSeen = (): Seen => {
  let furthest = 0;
  let at = -Infinity;
  return {
    note: position => {
      if (position < furthest) return;
      furthest = position;
      at = performance.now();
    },
    within: ms => (performance.now() - at <= ms ? furthest : null),
  };
};
