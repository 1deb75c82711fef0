import type { Context } from '../../libs/projecting/context.ts';
import { enteredAt, type Entry } from '../lead/entry.ts';
import { own } from '../lead/standing.ts';

/** When a lead first reached the stages, epoch ms by the stage's name. */
export type Reached = Readonly<Record<string, number>>;

/** A stage that a lead left for a later one. */
export interface Left {
  readonly stage: string;
  /** When it first reached the stage, and then a later one. Epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** A lead's way through the stages. */
export interface Path {
  /** The furthest stage that was ever reached. */
  readonly furthest: string;
  readonly left: readonly Left[];
}

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
 * @param within stages reached more than so many days (of 86,400,000 ms) after entry don't count
 */
export const pathOf = (
  entry: Entry,
  reached: Reached | undefined,
  { workspace: { stages }, params: { within } }: Context,
): Path => {
  const entered = enteredAt(entry) ?? Infinity;
  const end = within === undefined ? Infinity : entered + within * 86_400_000;
  const leadStage = stages.findIndex(({ name }) => name === 'lead');
  const left: Left[] = [];
  let furthest: string | null = null;
  let next = Infinity;
  for (let k = stages.length - 1; k >= 0; k--) {
    const name = stages[k]?.name ?? '';
    let at = own(reached, name) ?? Infinity;
    if (k === leadStage) at = Math.min(at, entry.captured ?? Infinity);
    if (k === 0) at = Math.min(at, leadStage > 0 ? (entry.touched ?? Infinity) : entered);
    if (at === Infinity || at > end) continue;
    furthest ??= name;
    if (at > next) continue;
    if (next < Infinity) left.push({ stage: name, from: at, to: next });
    next = at;
  }
  return { furthest: furthest ?? stages[0]?.name ?? '', left };
};
