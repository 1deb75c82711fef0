import { RuleViolation } from '../domain/errors.ts';
import { holds, type ClaimRef } from '../domain/lead/decider.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Cause } from './cause.ts';
import { claim, readClaim, type Claim, type Identity } from './identity.ts';
import { retryingConflicts } from './retry.ts';
import { release, standingOf, type LeadDecider, type Standing } from './standing.ts';

/** The lead that a command is about, holding all of the identities given. */
export interface Resolved {
  readonly leadId: string;
  /** True when the id was made just now. */
  readonly fresh: boolean;
  readonly claims: readonly ClaimRef[];
}

/** A claim, and what it is worth: `firm` when its lead was captured, `pending` while it wasn't. */
interface Weighed extends Claim {
  readonly owner: string | null;
  readonly worth: 'free' | 'void' | 'pending' | 'firm' | 'unknown';
  readonly standing?: Standing;
}

const weigh = (one: Claim, standings: ReadonlyMap<string, Standing>): Weighed => {
  const held = one.state.owner;
  if (held === null) return { ...one, owner: null, worth: 'free' };
  const owner = held.leadId;
  const standing = standings.get(owner);
  if (standing === undefined) return { ...one, owner, worth: 'unknown' };
  const valid = holds(standing.state, { identity: one.stream, claim: held.claim });
  return { ...one, owner, standing, worth: !valid ? 'void' : standing.state.captured ? 'firm' : 'pending' };
};

const conflict = (leadId: string, foreign: Weighed): RuleViolation =>
  new RuleViolation(
    'identity-conflict',
    `the ${foreign.kind} belongs to lead ${foreign.owner}, and the rest to lead ${leadId}`,
    { leadIds: [leadId, foreign.owner ?? ''] },
  );

/** The lead that is meant; null when it is a new one. */
const choose = (given: string | undefined, claims: readonly Weighed[]): string | null => {
  const owners = (worth: Weighed['worth']) => claims.filter(one => one.worth === worth).map(one => one.owner);
  const chosen = given ?? owners('firm')[0] ?? owners('unknown')[0] ?? owners('pending')[0] ?? null;
  const foreign = claims.find(one => one.worth === 'firm' && one.owner !== chosen);
  if (foreign !== undefined && chosen !== null) throw conflict(chosen, foreign);
  return chosen;
};

export interface Search {
  /** The caller's own id of the lead. */
  readonly given?: string;
  readonly identities: readonly Identity[];
  readonly newLeadId: () => string;
  /** Take no claim on trust, because one turned out to be void. */
  readonly careful: boolean;
}

/**
 * Finds the lead that an id, e-mail and phone stand for, and claims for it what is free. A claim of a lead that was never
 * captured, left by a crash or a lost race, gives way when it is in the way.
 *
 * @throws RuleViolation `identity-conflict` when they stand for different leads
 */
export const resolve = (
  events: EventStore,
  decider: LeadDecider,
  cause: Cause,
  { given, identities, newLeadId, careful }: Search,
): Promise<Resolved> => {
  const attempt = async (suspicious: boolean): Promise<Resolved> => {
    const read = await Promise.all(identities.map(identity => readClaim(events, identity)));
    const owners = [...new Set(read.flatMap(({ state: { owner } }) => owner?.leadId ?? []))];
    const agreed = owners.length === 0 || (owners.length === 1 && (given ?? owners[0]) === owners[0]);
    const weighty = agreed && !suspicious ? [] : owners;
    const standings = await Promise.all(weighty.map(owner => standingOf(events, decider, owner)));
    const byLead = new Map(standings.map(standing => [standing.leadId, standing]));
    const weighed = read.map(one => weigh(one, byLead));
    const chosen = choose(given, weighed);
    const leadId = chosen ?? newLeadId();
    const take = async (one: Weighed): Promise<ClaimRef> => {
      const foreign = one.worth === 'pending' && one.owner !== leadId;
      if (foreign && one.standing !== undefined) await release(events, decider, cause, one.standing, one);
      const voided = foreign || one.worth === 'void' ? (one.owner ?? undefined) : undefined;
      return claim(events, cause, one, leadId, voided);
    };
    return { leadId, fresh: chosen === null, claims: await Promise.all(weighed.map(take)) };
  };
  return retryingConflicts(count => attempt(careful || count > 1));
};
