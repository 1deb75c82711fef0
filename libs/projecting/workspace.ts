import { defaultScoreModel } from '../scoring/default-model.ts';
import type { ScoreModel } from '../scoring/model.ts';

/** A stage of the life cycle, in order. */
export interface Stage {
  readonly name: string;
  /** Probability of winning, 0 to 1, that weighs an open amount whose deal has none of its own. */
  readonly probability: number;
}

/** What a workspace decides about its numbers; a part of LEADFOLD_CONFIG. */
export interface Workspace {
  readonly stages: readonly Stage[];
  readonly plausible: {
    /** Amounts from here on are listed under data quality, in major units of any currency. */
    readonly amountBelow: number;
  };
  readonly funnel: {
    /** The numbers of days that `within` is prepared for, in order; others are answered too, but slower. */
    readonly within: readonly number[];
  };
  readonly churn: {
    /** A customer is churned who has not bought for more than so many days. */
    readonly inactiveDays: number;
    /** The numbers of days that the read model is prepared for, in order, `inactiveDays` among them; others are answered too, but slower. */
    readonly kept: readonly number[];
  };
  /** What lead scores are made of. */
  readonly score: ScoreModel;
}

/** A part of the configuration that a projection may look at. */
export type WorkspacePart = keyof Workspace;

/** The stages, bounds and days unless the configuration says otherwise. */
export const defaultWorkspace: Workspace = {
  stages: [
    { name: 'visitor', probability: 0.01 },
    { name: 'lead', probability: 0.05 },
    { name: 'mql', probability: 0.1 },
    { name: 'sql', probability: 0.25 },
    { name: 'opportunity', probability: 0.5 },
    { name: 'customer', probability: 1 },
    { name: 'advocate', probability: 1 },
  ],
  plausible: { amountBelow: 10_000_000 },
  funnel: { within: [7, 14, 30, 60, 90, 180, 365] },
  churn: { inactiveDays: 90, kept: [30, 60, 90, 180] },
  score: defaultScoreModel,
};

export const workspaceParts: readonly WorkspacePart[] = ['stages', 'plausible', 'funnel', 'churn', 'score'];

/**
 * The workspace as a projection sees it that declared these parts: the others throw, for a change of theirs would not
 * make its read model anew.
 */
export const narrowed = (workspace: Workspace, name: string, parts: readonly WorkspacePart[]): Workspace => {
  const seen = { ...workspace };
  for (const part of workspaceParts)
    if (!parts.includes(part))
      Object.defineProperty(seen, part, {
        get: () => {
          throw new UndeclaredPart(name, part);
        },
      });
  return seen;
};

/** A projection looked at a part of the workspace that its definition doesn't name. */
export class UndeclaredPart extends Error {
  override readonly name = 'UndeclaredPart';

  constructor(projection: string, part: WorkspacePart) {
    super(
      `${projection} reads workspace.${part}, which its definition does not name: workspace: ['${part}', \u2026]`,
    );
  }
}
