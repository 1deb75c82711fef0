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
