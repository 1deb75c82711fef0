import type { Context } from '../../libs/projecting/context.ts';
import type { Stage } from '../../libs/projecting/workspace.ts';
import { enteredAt, type Entry } from './entry.ts';
import { own } from './standing.ts';

/** When a lead first reached the stages, epoch ms by the stage's name. */
export type Reached = Readonly<Record<string, number>>;

/** A time that a lead spent in a stage: from first reaching it to first reaching a later one. Epoch ms. */
export interface Stay {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

/** A lead's way through the stages. */
export interface Path {
  /** The furthest stage that was reached. */
  readonly furthest: string;
  /** When that was first reached, epoch ms; of whoever reached none that counts, the entry. */
  readonly since: number;
  /** Those that are over, the latest first. */
  readonly stays: readonly Stay[];
}

/** A day of 24 hours. */
export const dayMs = 86_400_000;

/** The lead reached a stage; one that the workspace doesn't have is no stage of its funnel. */
export const reach = (
  reached: Reached | undefined,
  stage: string,
  at: number,
  { workspace }: Context,
): Reached | undefined => {
  if (at >= (own(reached, stage) ?? Infinity)) return reached;
  return workspace.stages.some(({ name }) => name === stage) ? { ...reached, [stage]: at } : reached;
};

/**
 * The way of a lead that has entered. Whoever has entered has reached the first stage, and who was captured `lead` (where
 * the workspace has it; a capture without touchpoints before skips what comes before `lead`). A stage that was
 * first reached after a later one was skipped too, so nobody leaves a stage before he came.
 *
 * @param within stages reached more than so many days (of 24 hours) after entry don't count
 */
export const pathOf = (
  entry: Entry,
  reached: Reached | undefined,
  { stages }: { readonly stages: readonly Stage[] },
  within = Infinity,
): Path => {
  const end = (enteredAt(entry) ?? Infinity) + within * dayMs;
  return walk(entry, reached, stages, at => at <= end, Infinity);
};

/** The same way up to an instant that ends the last stay; what is reached then or later doesn't count. */
export const pathUntil = (
  entry: Entry,
  reached: Reached | undefined,
  { stages }: { readonly stages: readonly Stage[] },
  until: number,
): Path => walk(entry, reached, stages, at => at < until, until);

const walk = (
  entry: Entry,
  reached: Reached | undefined,
  stages: readonly Stage[],
  counts: (at: number) => boolean,
  end: number,
): Path => {
  const leadStage = stages.findIndex(({ name }) => name === 'lead');
  const stays: Stay[] = [];
  let furthest: { readonly stage: string; readonly at: number } | null = null;
  let next = end;
  for (let k = stages.length - 1; k >= 0; k--) {
    const stage = stages[k]?.name ?? '';
    let at = own(reached, stage) ?? Infinity;
    if (k === leadStage) at = Math.min(at, entry.captured ?? Infinity);
    if (k === 0) at = Math.min(at, (leadStage > 0 ? entry.touched : enteredAt(entry)) ?? Infinity);
    if (at === Infinity || !counts(at)) continue;
    furthest ??= { stage, at };
    if (at > next) continue;
    if (next < Infinity) stays.push({ stage, from: at, to: next });
    next = at;
  }
  return {
    furthest: furthest?.stage ?? stages[0]?.name ?? '',
    since: furthest?.at ?? enteredAt(entry) ?? Infinity,
    stays,
  };
};
