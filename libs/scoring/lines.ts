import type { RecordedEvent } from '../domain/event.ts';
import { codesOf } from './marks.ts';
import type { Rules } from './rules.ts';
import { happen, noScore, scoreNow, type ScoreNow } from './score.ts';

/** What one event adds by one rule. */
export interface ScoreLine {
  readonly rule: string;
  readonly kind: 'fit' | 'engagement';
  /** Id of the event. */
  readonly event: string;
  readonly type: string;
  readonly position: number;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** When it happened. */
  readonly pointsThen: number;
  /** At the instant that was asked for, before caps. */
  readonly pointsNow: number;
}

/** What one rule adds. */
export interface RuleTotal {
  readonly rule: string;
  readonly kind: 'fit' | 'engagement';
  readonly group: string | null;
  readonly lines: number;
  /** Sum of its lines now. */
  readonly points: number;
  /** The same after the rule's own cap; the group's and the total cap come after that. */
  readonly counted: number;
}

export interface ScoreExplained extends ScoreNow {
  /** The latest first. */
  readonly lines: readonly ScoreLine[];
  /** In the order of the model, those that have lines. */
  readonly rules: readonly RuleTotal[];
}

/**
 * The score of one lead at an instant, from its events in any order, line by line. Nothing that happens later counts; of
 * what was stated about the lead, what was stated last.
 */
export const scoreLines = (
  rules: Rules,
  events: readonly RecordedEvent[],
  instant: number,
): ScoreExplained => {
  const counting = events
    .filter(({ occurredAt }) => occurredAt <= instant)
    .sort((a, b) => a.occurredAt - b.occurredAt || a.position - b.position)
    .map(event => ({ event, codes: codesOf(rules, event) }));
  const score = counting.reduce(
    (sum, { event, codes }) => happen(rules, sum, event.occurredAt, codes),
    noScore(rules),
  );
  const lines = [...fitLines(rules, counting), ...engagementLines(rules, counting, instant)];
  lines.sort((a, b) => b.occurredAt - a.occurredAt || b.position - a.position);
  return { ...scoreNow(rules, score, instant), lines, rules: totals(rules, lines) };
};

interface Counting {
  readonly event: RecordedEvent;
  readonly codes: readonly number[];
}

const engagementLines = (
  { engagement }: Rules,
  counting: readonly Counting[],
  instant: number,
): readonly ScoreLine[] =>
  counting.flatMap(({ event, codes }) =>
    codes.flatMap(code => {
      const found = code < 0 ? undefined : engagement[code];
      if (found === undefined) return [];
      const share = 2 ** ((event.occurredAt - instant) / found.halfLifeMs);
      return [line(event, 'engagement', found.rule.name, found.points, found.points * share)];
    }),
  );

/** Of each fit rule that holds, the event that stated its field last. */
const fitLines = ({ fit }: Rules, counting: readonly Counting[]): readonly ScoreLine[] =>
  fit.flatMap(({ rule, points, stated }) => {
    const last = counting.findLast(
      ({ event, codes }) => codes.some(code => code < 0) && statedBy(stated, event) !== null,
    );
    if (last === undefined || statedBy(stated, last.event) !== true) return [];
    return [line(last.event, 'fit', rule.name, points, points)];
  });

const statedBy = (stated: Rules['fit'][number]['stated'], { data }: RecordedEvent): boolean | null =>
  stated(data as Readonly<Record<string, unknown>>);

const line = (
  { id, type, position, occurredAt }: RecordedEvent,
  kind: ScoreLine['kind'],
  rule: string,
  pointsThen: number,
  pointsNow: number,
): ScoreLine => ({ rule, kind, event: id, type, position, occurredAt, pointsThen, pointsNow });

const totals = ({ model }: Rules, lines: readonly ScoreLine[]): readonly RuleTotal[] => {
  const total = (
    kind: ScoreLine['kind'],
    {
      name,
      group,
      cap = Infinity,
    }: { readonly name: string; readonly group?: string; readonly cap?: number },
  ): readonly RuleTotal[] => {
    const own = lines.filter(one => one.kind === kind && one.rule === name);
    const points = own.reduce((sum, { pointsNow }) => sum + pointsNow, 0);
    if (own.length === 0) return [];
    return [
      { rule: name, kind, group: group ?? null, lines: own.length, points, counted: Math.min(cap, points) },
    ];
  };
  return [
    ...model.fit.flatMap(rule => total('fit', rule)),
    ...model.engagement.flatMap(rule => total('engagement', rule)),
  ];
};
