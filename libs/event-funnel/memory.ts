import type { EventFunnelQuestion } from './question.ts';
import { createStanding, type Standing } from './standing.ts';

/** Questions that are remembered, and the numbers that all of them may hold together, of 8 bytes about. */
const most = { questions: 32, numbers: 8_000_000 } as const;

/** Remembers how questions stand; those that nobody asked lately are forgotten first. */
export const createMemory = (
  bounds: Readonly<Record<'questions' | 'numbers', number>> = most,
): ((question: EventFunnelQuestion) => Standing) => {
  const kept = new Map<string, Standing>();

  const forget = (asked: Standing): void => {
    let numbers = 0;
    for (const standing of kept.values()) numbers += standing.size();
    for (const [key, standing] of kept) {
      if (kept.size <= bounds.questions && numbers <= bounds.numbers) return;
      if (standing === asked) continue;
      numbers -= standing.size();
      kept.delete(key);
    }
  };

  return question => {
    const key = keyOf(question);
    const standing = kept.get(key) ?? createStanding(question);
    kept.delete(key);
    kept.set(key, standing);
    forget(standing);
    return standing;
  };
};

const keyOf = ({ types, wanted, by, where }: EventFunnelQuestion): string =>
  JSON.stringify([types, wanted, by, [...where].map(([dimension, values]) => [dimension, ...values])]);
