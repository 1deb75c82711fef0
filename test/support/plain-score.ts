import type { RecordedEvent } from '../../libs/domain/event.ts';
import type { ScoreModel } from '../../libs/scoring/model.ts';

/**
 * The score as docs/metrics.md defines it, written plainly and slowly and sharing no code with the product: every number
 * anew from all events of one lead. Patterns are not understood: models in tests name values in lower case.
 */
export const plainScore = (
  model: ScoreModel,
  events: readonly RecordedEvent[],
  instant: number,
): { readonly score: number; readonly fit: number; readonly engagement: number } => {
  const then = events.filter(event => event.occurredAt <= instant);
  const inTime = [...then].sort((a, b) => a.occurredAt - b.occurredAt || a.position - b.position);
  let groups: Record<string, number> = {};
  const add = (group: string | undefined, points: number): number => {
    if (group === undefined) return points;
    groups[group] = (groups[group] ?? 0) + points;
    return 0;
  };
  const spend = (): number => {
    let sum = 0;
    for (const [group, points] of Object.entries(groups)) sum += Math.min(points, model.groups[group]!);
    groups = {};
    return sum;
  };

  let fit = 0;
  for (const rule of model.fit) {
    let holds = false;
    for (const { type, data } of inTime) {
      if (!['LeadCaptured', 'LeadRecaptured', 'LeadProfileUpdated'].includes(type)) continue;
      const value = fieldOf(data as Data, rule.field);
      if (value === undefined) continue;
      holds = rule.values === undefined || rule.values.includes(textOf(value).toLowerCase());
    }
    if (holds) fit += add(rule.group, rule.points);
  }
  fit += spend();

  let engagement = 0;
  for (const rule of model.engagement) {
    let sum = 0;
    for (const { type, data, occurredAt } of inTime) {
      if (type !== rule.on) continue;
      const conditions = Object.entries(rule.where ?? {});
      if (!conditions.every(([name, values]) => values.includes(String((data as Data)[name])))) continue;
      const days = (instant - occurredAt) / 86_400_000;
      sum += rule.points * Math.pow(0.5, days / rule.halfLifeDays);
    }
    engagement += add(rule.group, Math.min(sum, rule.cap ?? Infinity));
  }
  engagement += spend();
  return { score: Math.min(100, fit + engagement), fit, engagement };
};

type Data = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const fieldOf = (data: Data, field: string): unknown => {
  const personal = (data.personal ?? {}) as Data;
  if (field.startsWith('attributes.')) return ((personal.attributes ?? {}) as Data)[field.slice(11)];
  return data[field] ?? personal[field];
};

/**
 * The bands of a lead in order of time, judged at each event and, in between, at the first millisecond at which the score is
 * below the bound: looked for by halving.
 */
export const plainBands = (
  model: ScoreModel,
  events: readonly RecordedEvent[],
  until: number,
): readonly { readonly at: number; readonly band: string }[] => {
  const changes: { at: number; band: string }[] = [];
  const at = (instant: number, known: readonly RecordedEvent[]): number =>
    plainScore(model, known, instant).score;
  let level = 0;
  const settle = (instant: number, score: number): void => {
    let now = level;
    model.bands.forEach((band, place) => {
      if (place > now && score >= band.from) now = place;
    });
    while (score < model.bands[now]!.below) now--;
    if (now !== level) changes.push({ at: instant, band: model.bands[now]!.name });
    level = now;
  };
  const instants = [...new Set(events.map(event => event.occurredAt))].sort((a, b) => a - b);
  for (const [place, instant] of instants.entries()) {
    const known = events.filter(event => event.occurredAt <= instant);
    settle(instant, at(instant, known));
    const last = Math.min(until, (instants[place + 1] ?? Infinity) - 1);
    let from = instant;
    while (level > 0 && at(last, known) < model.bands[level]!.below) {
      let [low, high] = [from, last];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (at(middle, known) < model.bands[level]!.below) high = middle;
        else low = middle;
      }
      settle(high, at(high, known));
      from = high;
    }
  }
  return changes.filter(change => change.at <= until);
};
