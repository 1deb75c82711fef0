import type { Workspace } from '../../libs/projecting/workspace.ts';
import type { Entry } from './entry.ts';
import { latest, type Stated } from './stated.ts';

/** What decides where a lead stands now. Instants are epoch ms. */
export interface Whereabouts {
  /** The stage that it was moved to last. */
  readonly moved?: Stated<string>;
  /** When a deal was opened last, and when one was won. */
  readonly opened?: number;
  readonly won?: number;
}

/** The lead was moved to a stage; one that the workspace doesn't have is none. */
export const move = (
  known: Whereabouts | undefined,
  stage: string,
  at: number,
  { stages }: Pick<Workspace, 'stages'>,
): Whereabouts | undefined => {
  if (stages.every(({ name }) => name !== stage)) return known;
  const moved = latest(known?.moved, stage, at);
  return moved === undefined || moved === known?.moved ? known : { ...known, moved };
};

/** A deal of the lead was opened or won. */
export const deal = (known: Whereabouts | undefined, what: 'opened' | 'won', at: number): Whereabouts =>
  known !== undefined && at <= (known[what] ?? -Infinity) ? known : { ...known, [what]: at };

/**
 * Where the lead stands now: at the stage that it was moved to last, or at a later one that it has reached since by a deal
 * (`opportunity` by opening one, `customer` by winning one). One that nobody moved is at `lead` once it was captured. Unlike the
 * funnel, which counts the furthest stage ever reached, a lead may go back.
 */
export const stageNow = (
  entry: Entry,
  known: Whereabouts | undefined,
  { stages }: Pick<Workspace, 'stages'>,
): string => {
  const { moved, opened = -Infinity, won = -Infinity } = known ?? {};
  const since = moved?.at ?? -Infinity;
  const place = (stage: string): number => stages.findIndex(({ name }) => name === stage);
  const places = [
    0,
    moved !== undefined ? place(moved.value) : entry.captured === undefined ? 0 : place('lead'),
    opened > since ? place('opportunity') : 0,
    won > since ? place('customer') : 0,
  ];
  return stages[Math.max(...places)]?.name ?? '';
};
