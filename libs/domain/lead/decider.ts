import type { DataOf, Happening } from '../catalog.ts';
import type { Decider } from '../decider.ts';
import { defined } from '../defined.ts';
import { NotFound, RuleViolation } from '../errors.ts';
import { mergeProfiles, profileChanges, profileIn, type Profile } from './profile.ts';

/** A claim on an e-mail or phone: the stream that it stands in, and its revision there. */
export interface ClaimRef {
  readonly identity: string;
  readonly claim: number;
}

export type Consent = Omit<DataOf<'ConsentGranted'>, 'leadId'>;

export interface LeadState {
  readonly captured: boolean;
  readonly stage: string | null;
  readonly profile: Profile;
  /** Claims for this lead that others were allowed to take, `stream@revision`. */
  readonly released: readonly string[];
}

export type LeadCommand =
  | {
      readonly kind: 'capture';
      readonly leadId: string;
      readonly profile: Profile;
      readonly consents: readonly Consent[];
      /** The claims by which this lead was found or made. */
      readonly claims: readonly ClaimRef[];
    }
  | { readonly kind: 'update'; readonly leadId: string; readonly profile: Profile }
  | { readonly kind: 'stage'; readonly leadId: string; readonly stage: string; readonly reason?: string }
  | ({ readonly kind: 'release'; readonly leadId: string } & ClaimRef);

type Of<Kind extends LeadCommand['kind']> = Extract<LeadCommand, { kind: Kind }>;

const name = ({ identity, claim }: ClaimRef): string => `${identity}@${claim}`;

/** Whether a claim for this lead still holds. */
export const holds = (state: LeadState, claim: ClaimRef): boolean => !state.released.includes(name(claim));

const initialState: LeadState = { captured: false, stage: null, profile: {}, released: [] };

const evolve = (state: LeadState, event: Happening): LeadState => {
  switch (event.type) {
    case 'LeadCaptured':
    case 'LeadRecaptured':
    case 'LeadProfileUpdated':
      return {
        ...state,
        captured: true,
        profile: mergeProfiles(state.profile, profileIn(event.data)),
      };
    case 'LeadStageChanged':
      return { ...state, stage: event.data.stage };
    case 'IdentityReleased':
      return { ...state, released: [...state.released, name(event.data)] };
    default:
      return state;
  }
};

const capture = ({ leadId, ...command }: Of<'capture'>, state: LeadState): readonly Happening[] => {
  if (!command.claims.every(claim => holds(state, claim)))
    throw new RuleViolation('identity-released', `lead ${leadId} no longer holds its e-mail or phone`);
  return [
    { type: state.captured ? 'LeadRecaptured' : 'LeadCaptured', data: { leadId, ...command.profile } },
    ...command.consents.map(({ purpose, channel, textVersion }): Happening => ({
      type: 'ConsentGranted',
      data: { leadId, purpose, channel, textVersion },
    })),
  ];
};

const update = ({ leadId, profile }: Of<'update'>, state: LeadState): readonly Happening[] => {
  if (!state.captured) throw new NotFound('lead', leadId);
  const changes = profileChanges(state.profile, profile);
  return changes === null ? [] : [{ type: 'LeadProfileUpdated', data: { leadId, ...changes } }];
};

const changeStage = (
  stages: readonly string[],
  { leadId, stage, reason }: Of<'stage'>,
  state: LeadState,
): readonly Happening[] => {
  if (!stages.includes(stage))
    throw new RuleViolation('unknown-stage', `there is no such stage; known: ${stages.join(', ')}`, {
      known: stages,
    });
  if (!state.captured) throw new NotFound('lead', leadId);
  if (state.stage === stage) return [];
  const personal = reason === undefined ? undefined : { reason };
  return [{ type: 'LeadStageChanged', data: defined({ leadId, stage, from: state.stage, personal }) }];
};

const release = ({ leadId, identity, claim }: Of<'release'>, state: LeadState): readonly Happening[] => {
  if (!holds(state, { identity, claim })) return [];
  if (state.captured)
    throw new RuleViolation('identity-in-use', `lead ${leadId} holds the e-mail or phone`, { leadId });
  return [{ type: 'IdentityReleased', data: { leadId, identity, claim } }];
};

/** The rules of a lead, for the life cycle's stages in use. */
export const leadDecider = (stages: readonly string[]): Decider<LeadState, LeadCommand, Happening> => ({
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.kind) {
      case 'capture':
        return capture(command, state);
      case 'update':
        return update(command, state);
      case 'stage':
        return changeStage(stages, command, state);
      case 'release':
        return release(command, state);
    }
  },
});
