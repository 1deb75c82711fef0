import type { DataOf, Happening } from '../catalog.ts';
import type { Decider } from '../decider.ts';
import { RuleViolation } from '../errors.ts';

export interface IdentityState {
  /** The lead that the e-mail or phone belongs to, and the revision of its claim; null while it is free. */
  readonly owner: { readonly leadId: string; readonly claim: number } | null;
  /** The next revision of the stream. */
  readonly next: number;
}

/** Claims the e-mail or phone for a lead; `void` names the owner whose claim is known to be void. */
export type ClaimIdentity = DataOf<'IdentityClaimed'> & { readonly void?: string };

/** One e-mail or phone, one lead. */
export const identityDecider: Decider<IdentityState, ClaimIdentity, Happening> = {
  initialState: { owner: null, next: 0 },
  evolve: (state, event) => ({
    next: state.next + 1,
    owner: event.type === 'IdentityClaimed' ? { leadId: event.data.leadId, claim: state.next } : state.owner,
  }),
  decide: ({ leadId, kind, void: voided }, { owner }) => {
    if (owner !== null && owner.leadId !== voided) {
      if (owner.leadId === leadId) return [];
      throw new RuleViolation(
        'identity-conflict',
        `the ${kind} belongs to lead ${owner.leadId}, not ${leadId}`,
        {
          leadIds: [leadId, owner.leadId],
        },
      );
    }
    return [{ type: 'IdentityClaimed', data: { leadId, kind } }];
  },
};
