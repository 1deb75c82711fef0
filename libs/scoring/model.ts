import type { touchpoints } from '../domain/touchpoint/events.ts';

/** What lead scores are made of. The model is data: another one is another configuration, not other code. */
export interface ScoreModel {
  readonly name: string;
  /** From 1; raise it when the rules change, so that answers and facts tell which rules made them. */
  readonly version: number;
  /** Most points that the rules of a group add together, by the group's name. */
  readonly groups: Readonly<Record<string, number>>;
  readonly fit: readonly FitRule[];
  readonly engagement: readonly EngagementRule[];
  /** From the lowest on. */
  readonly bands: readonly Band[];
}

/** Points for who a lead is; they don't decay. */
export interface FitRule {
  readonly name: string;
  readonly field: FitField;
  /** The field's values that count; any value where left out. Patterns, see `matcher`. */
  readonly values?: readonly string[];
  readonly points: number;
  readonly group?: string;
}

/** A field of the profile, or one of its attributes by name. */
export type FitField = (typeof profileFields)[number] | `attributes.${string}`;

export const profileFields = [
  'email',
  'phone',
  'name',
  'company',
  'jobTitle',
  'country',
  'origin',
  'campaign',
  'landingPage',
] as const;

/** Points for what a lead does; half of them are left after each half-life. */
export interface EngagementRule {
  readonly name: string;
  readonly on: TouchpointType;
  /** Members of the touchpoint and the values that count; all have to match. Patterns, see `matcher`. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
  /** Per touchpoint, when it happens. */
  readonly points: number;
  /** Days of 24 hours. */
  readonly halfLifeDays: number;
  /** Most points that the rule adds, after decay. */
  readonly cap?: number;
  readonly group?: string;
}

export type TouchpointType = (typeof touchpoints)[number]['type'];

/** A range of scores with hysteresis. */
export interface Band {
  readonly name: string;
  /** Whoever scores this or more comes up into it; 0 for the lowest. */
  readonly from: number;
  /** Whoever is in it leaves it downwards when scoring less than this; 0 for the lowest. */
  readonly below: number;
}

/** No score is higher. */
export const highest = 100;

/** Name and version, as answers and facts tell them. */
export const modelId = ({ name, version }: ScoreModel): string => `${name}@${version}`;
