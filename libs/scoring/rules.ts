import { isStated, matcher } from './matcher.ts';
import type { EngagementRule, FitRule, ScoreModel } from './model.ts';

/** A model prepared for folding: rules by number, in the order of the model. */
export interface Rules {
  readonly model: ScoreModel;
  /** Engagement rules; a rule's number is its place. */
  readonly engagement: readonly PreparedEngagement[];
  /** Numbers of the rules for a type of touchpoint. */
  readonly byType: ReadonlyMap<string, readonly number[]>;
  readonly fit: readonly PreparedFit[];
  /** Most points of the groups; rules name them by place. */
  readonly groupCaps: readonly number[];
  readonly levelOf: ReadonlyMap<string, number>;
}

export interface PreparedEngagement {
  readonly rule: EngagementRule;
  readonly points: number;
  readonly halfLifeMs: number;
  readonly cap: number;
  /** Place in `groupCaps`; −1 without a group. */
  readonly group: number;
  readonly matches: (data: Readonly<Record<string, unknown>>) => boolean;
}

export interface PreparedFit {
  readonly rule: FitRule;
  readonly points: number;
  readonly group: number;
  /** Whether the event's data state the field, and then whether it counts. */
  readonly stated: (data: Readonly<Record<string, unknown>>) => boolean | null;
}

const dayMs = 86_400_000;
const prepared = new WeakMap<ScoreModel, Rules>();

/** The model's rules, prepared once for each model. */
export const rulesOf = (model: ScoreModel): Rules => {
  const known = prepared.get(model);
  if (known !== undefined) return known;
  const rules = prepare(model);
  prepared.set(model, rules);
  return rules;
};

const prepare = (model: ScoreModel): Rules => {
  const names = Object.keys(model.groups);
  const group = (name: string | undefined): number => (name === undefined ? -1 : names.indexOf(name));
  const byType = new Map<string, number[]>();
  for (const [number, { on }] of model.engagement.entries())
    byType.set(on, [...(byType.get(on) ?? []), number]);
  return {
    model,
    byType,
    groupCaps: Object.values(model.groups),
    levelOf: new Map(model.bands.map(({ name }, level) => [name, level])),
    engagement: model.engagement.map(rule => ({
      rule,
      points: rule.points,
      halfLifeMs: rule.halfLifeDays * dayMs,
      cap: rule.cap ?? Infinity,
      group: group(rule.group),
      matches: conditions(rule),
    })),
    fit: model.fit.map(rule => ({
      rule,
      points: rule.points,
      group: group(rule.group),
      stated: statement(rule),
    })),
  };
};

const conditions = ({ where = {} }: EngagementRule): PreparedEngagement['matches'] => {
  const tests = Object.entries(where).map(([member, values]) => ({ member, test: matcher(values) }));
  if (tests.length === 0) return () => true;
  return data => tests.every(({ member, test }) => Object.hasOwn(data, member) && test(data[member]));
};

const personal: ReadonlySet<string> = new Set(['email', 'phone', 'name', 'jobTitle']);

const statement = ({ field, values }: FitRule): PreparedFit['stated'] => {
  const counts = values === undefined ? () => true : matcher(values);
  const read = reader(field);
  return data => {
    const value = read(data);
    return isStated(value) ? counts(value) : null;
  };
};

const reader = (field: string): ((data: Readonly<Record<string, unknown>>) => unknown) => {
  if (field.startsWith('attributes.')) {
    const name = field.slice('attributes.'.length);
    return data => member(member(member(data, 'personal'), 'attributes'), name);
  }
  return personal.has(field) ? data => member(member(data, 'personal'), field) : data => member(data, field);
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
