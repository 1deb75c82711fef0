import type { Context } from '../../libs/projecting/context.ts';
import { kinds, hour, shuffled, type Fact } from './histories.ts';

/** A lead's numbers straight from the definitions, by looking at all of its facts at once. */
export const lookAt = (
  facts: readonly Fact[],
  { calendar, workspace: { stages } }: Context,
  within = Infinity,
) => {
  const inOrder = shuffled(facts, ({ at }) => at);
  const of = (...wanted: readonly string[]): readonly Fact[] =>
    inOrder.filter(({ kind }) => wanted.includes(kind));
  const captures = of('LeadCaptured', 'LeadRecaptured');
  const touches = of('PageViewed', 'EmailOpened');
  const entered = Math.min(...[...captures, ...touches].map(({ at }) => at));
  if (entered === Infinity) return null;
  const origin =
    [...captures, ...of('LeadProfileUpdated')].find(({ word }) => word !== undefined)?.word ?? null;
  const end = entered + within * 24 * hour;
  const first = (list: readonly Fact[]): number => Math.min(...list.map(({ at }) => at));
  const capturedAt = first(captures);
  const reached = stages.map(({ name }) => {
    const instants = of('LeadStageChanged').filter(({ stage }) => stage === name);
    if (name === 'visitor' && first(touches) < capturedAt) instants.push(...touches);
    if (name === 'lead') instants.push(...captures);
    if (name === 'opportunity') instants.push(...of('OpportunityOpened'));
    if (name === 'customer') instants.push(...of('OpportunityWon'));
    return first(instants) <= end ? first(instants) : Infinity;
  });
  const days = (from: number, to: number): number =>
    calendar.daysBetween(calendar.day(from), calendar.day(to));
  const deals = [
    ...Map.groupBy(of(...kinds.filter(kind => kind.startsWith('Opp'))), ({ deal }) => deal).values(),
  ].map(about => {
    const last = about.findLast(({ kind }) => /Won|Lost|Reopened/.test(kind));
    const priced = about.filter(({ amount }) => amount !== undefined);
    const pick = (kind: string): Fact | undefined => priced.findLast(one => one.kind === kind);
    return {
      won: last?.kind === 'OpportunityWon' ? last.at : null,
      lost: last?.kind === 'OpportunityLost',
      amount: (pick('OpportunityWon') ?? pick('OpportunityOpened'))?.amount ?? 0,
      probability:
        about.findLast(one => one.kind === 'OpportunityStageChanged' && one.probability !== undefined)
          ?.probability ?? 0.5,
    };
  });
  return { entered, origin, reached, days, deals };
};

export type Seen = NonNullable<ReturnType<typeof lookAt>>;

export const leadsOf = (facts: readonly Fact[], context: Context, within?: number): readonly Seen[] =>
  [...Map.groupBy(facts, ({ lead }) => lead).values()].flatMap(one => lookAt(one, context, within) ?? []);
