import type { Happening } from '../../libs/domain/catalog.ts';
import type { Context } from '../../libs/projecting/context.ts';
import type { Reminder } from '../../libs/projecting/reminder.ts';
import type { Entity } from '../../libs/read-store/port.ts';
import { modelId, rulesOf, toAnnounce } from '../../libs/scoring/index.ts';
import { leadScore, type ScoredLead } from './lead-score.projection.ts';

/** The change of a lead's band that is to be announced at that instant (epoch ms); null when there is none. */
const fact = ({ id, state }: Entity, due: number, { workspace }: Context): Happening | null => {
  const change = toAnnounce(rulesOf(workspace.score), state as unknown as ScoredLead);
  if (change?.at !== due) return null;
  const { from, to } = change;
  return { type: 'ScoreBandChanged', data: { leadId: id, from, to, model: modelId(workspace.score) } };
};

/** Announces each change of a lead's band, in order of time. */
export const bandReminder: Reminder = {
  projection: leadScore,
  fact,
  taken: ({ state }) => (state as unknown as ScoredLead).said?.count ?? 0,
};
