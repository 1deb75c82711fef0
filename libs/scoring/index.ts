export { checkModel } from './check-model.ts';
export { defaultScoreModel } from './default-model.ts';
export { codesOf } from './marks.ts';
export { highest, modelId } from './model.ts';
export type { Band, EngagementRule, FitRule, ScoreModel } from './model.ts';
export { rulesOf, type Rules } from './rules.ts';
export {
  announced,
  dueAt,
  happen,
  noScore,
  scoreNow,
  toAnnounce,
  type Score,
  type ScoreNow,
} from './score.ts';
export { scoreLines, type ScoreLine } from './lines.ts';
