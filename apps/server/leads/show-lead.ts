import type { Entity } from '../../../libs/read-store/port.ts';
import { scoreNow, type Rules, type ScoreNow } from '../../../libs/scoring/index.ts';
import type { ScoredLead } from '../../../projections/lead-score/lead-score.projection.ts';
import { enteredAt } from '../../../projections/lead/entry.ts';
import type { LeadProfile } from '../../../projections/lead/lead.projection.ts';
import type { Stated } from '../../../projections/lead/stated.ts';
import { formatInstant } from '../http/instant.ts';

/** A lead as lists show it: nothing personal. */
export interface ShownLead extends ShownScore {
  readonly id: string;
  readonly stage: string;
  readonly origin: string | null;
  readonly campaign: string | null;
  readonly country: string | null;
  readonly capturedAt: string | null;
  readonly firstTouchAt: string | null;
  readonly lastTouchAt: string | null;
}

/** A score and when its band changes, if nothing happens. */
export interface ShownScore extends Omit<ScoreNow, 'nextCrossing'> {
  readonly nextCrossingAt: string | null;
}

export const showScore = ({ score, fit, engagement, band, nextCrossing }: ScoreNow): ShownScore => ({
  score,
  fit,
  engagement,
  band,
  nextCrossingAt: instant(nextCrossing),
});

/** @param now epoch ms; scores are those of then */
export const showLead = (
  rules: Rules,
  { id, state }: Pick<Entity, 'id' | 'state'>,
  now: number,
): ShownLead => {
  const lead = state as unknown as ScoredLead;
  const { entry, stage, origin, last } = lead;
  return {
    id,
    stage,
    origin,
    campaign: entry.campaign ?? null,
    country: entry.country ?? null,
    ...showScore(scoreNow(rules, lead, now)),
    capturedAt: instant(entry.captured ?? null),
    firstTouchAt: instant(enteredAt(entry)),
    lastTouchAt: instant(last ?? null),
  };
};

/** What is known of a lead besides; `personal` holds the personal data, and nothing else does. */
export interface ShownProfile {
  readonly company: string | null;
  readonly landingPage: string | null;
  readonly personal: Readonly<Record<string, unknown>>;
  readonly consents: readonly {
    readonly purpose: string;
    readonly channel: string;
    readonly textVersion: string;
    readonly grantedAt: string;
  }[];
}

export const showProfile = (state: LeadProfile | null): ShownProfile => {
  const { fields = {}, personal = {}, attributes = {}, consents = {} } = state ?? {};
  const known = values(attributes);
  return {
    company: fields.company?.value ?? null,
    landingPage: fields.landingPage?.value ?? null,
    personal: {
      ...values(personal),
      ...(Object.keys(known).length > 0 && { attributes: known }),
    },
    consents: Object.entries(consents).map(([key, { value, at }]) => {
      const [purpose = '', channel = ''] = JSON.parse(key) as readonly string[];
      return { purpose, channel, textVersion: value, grantedAt: formatInstant(at) };
    }),
  };
};

const values = (stated: Readonly<Record<string, Stated<unknown>>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(stated).map(([name, { value }]) => [name, value]));

const instant = (at: number | null): string | null => (at === null ? null : formatInstant(at));
