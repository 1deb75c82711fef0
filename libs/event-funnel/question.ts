import { catalog } from '../domain/catalog.ts';
import { InvalidQuery } from '../metrics/index.ts';
import { readPeriod } from '../metrics/period.ts';
import type { Calendar } from '../projecting/context.ts';
import { orders, type EventFunnelQuery, type Wanted } from './define.ts';

/** Types of events that tell of a lead. */
export const eventTypes: readonly string[] = [...catalog.values()]
  .filter(({ type, schema }) => 'leadId' in schema.properties && !type.startsWith('Identity'))
  .map(({ type }) => type);

/** What Leadfold itself concludes; nothing that happens between two steps. */
const concluded: ReadonlySet<string> = new Set(['ScoreBandChanged', 'CustomerChurned']);

/** What `by` and `where` may name: of the lead's entry, of the event that began the attempt, of the one that ended it. */
export const dimensions = [
  'origin',
  'campaign',
  'country',
  'firstChannel',
  'firstCampaign',
  'lastChannel',
  'lastCampaign',
] as const;
export type Dimension = (typeof dimensions)[number];

/** A checked question. */
export interface EventFunnelQuestion {
  /** The types to read: those of the steps, and for `strict` all that could come between. */
  readonly types: readonly string[];
  readonly wanted: Wanted;
  readonly by: readonly Dimension[];
  readonly where: ReadonlyMap<Dimension, ReadonlySet<string | null>>;
}

const most = { steps: 10, by: 4, where: 1_000, days: 36_500 } as const;

/** @throws InvalidQuery */
export const readEventFunnel = (query: EventFunnelQuery, calendar: Calendar): EventFunnelQuestion => {
  const { events } = query;
  if (events.length < 2 || events.length > most.steps)
    throw new InvalidQuery(
      'events',
      `events must be 2 to ${most.steps} types of events, not ${events.length}`,
    );
  const odd = events.find(type => !eventTypes.includes(type));
  if (odd !== undefined)
    throw new InvalidQuery('events', `unknown type of event "${odd.slice(0, 100)}"`, eventTypes);
  const order = orders.find(one => one === (query.order ?? 'ordered'));
  if (order === undefined)
    throw new InvalidQuery('order', `unknown order "${query.order?.slice(0, 60)}"`, orders);
  const between = order === 'strict' ? eventTypes.filter(type => !concluded.has(type)) : [];
  const types = [...new Set([...events, ...between])];
  const { instants } = readPeriod(query.from, query.to, calendar);
  return {
    types,
    wanted: {
      steps: events.map(type => types.indexOf(type)),
      order,
      within: withinOf(query.within),
      from: instants.from ?? -Infinity,
      to: instants.to ?? Infinity,
    },
    by: byOf(query.by),
    where: whereOf(query.where),
  };
};

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `30m`, `12h`, `7d` or `7`, which are days. @throws InvalidQuery */
export const withinOf = (text: string | undefined): number => {
  if (text === undefined) return Infinity;
  const [, digits, unit = 'd'] = /^(\d{1,9})([mhd])?$/.exec(text) ?? [];
  const ms = Number(digits) * units[unit as keyof typeof units];
  if (!(ms <= most.days * units.d))
    throw new InvalidQuery(
      'within',
      `within must be minutes, hours or days (30m, 12h, 7d; a number alone means days) of at most ${most.days} days`,
    );
  return ms;
};

const find = (path: string, name: string): Dimension => {
  const found = dimensions.find(one => one === name);
  if (found === undefined)
    throw new InvalidQuery(path, `unknown dimension "${name.slice(0, 60)}"`, dimensions);
  return found;
};

const byOf = (names: readonly string[]): readonly Dimension[] => {
  const by: Dimension[] = names.map(name => find('by', name));
  if (by.length > most.by) throw new InvalidQuery('by', `at most ${most.by} dimensions at once`);
  const twice = by.find((name, at) => by.indexOf(name) < at);
  if (twice !== undefined) throw new InvalidQuery('by', `"${twice}" is asked for twice`);
  return by;
};

const whereOf = (where: EventFunnelQuery['where']): EventFunnelQuestion['where'] => {
  if (where.length > most.where) throw new InvalidQuery('where', `at most ${most.where} values`);
  const wanted = new Map<Dimension, Set<string | null>>();
  for (const { dimension, value } of where) {
    const name = find('where', dimension);
    wanted.set(name, (wanted.get(name) ?? new Set()).add(value));
  }
  return wanted;
};
