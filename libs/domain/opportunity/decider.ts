import type { DataOf, Happening } from '../catalog.ts';
import type { Decider } from '../decider.ts';
import { defined } from '../defined.ts';
import { NotFound, RuleViolation } from '../errors.ts';

type Amount = NonNullable<DataOf<'OpportunityOpened'>['amount']>;
type Deal = Pick<DataOf<'OpportunityOpened'>, 'amount' | 'owner' | 'segment' | 'declaredRevenue'>;

export interface OpportunityState {
  readonly status: 'none' | 'open' | 'won' | 'lost';
  readonly leadId: string | null;
  readonly stage: string | null;
  readonly probability: number | null;
  readonly deal: Deal;
}

export type OpportunityCommand =
  | {
      readonly kind: 'open';
      readonly opportunityId: string;
      readonly leadId: string;
      readonly amount?: Amount;
      readonly name?: string;
      readonly owner?: string;
    }
  | {
      readonly kind: 'move';
      readonly opportunityId: string;
      readonly stage: string;
      readonly probability?: number;
    }
  | { readonly kind: 'win'; readonly opportunityId: string; readonly amount?: Amount }
  | { readonly kind: 'lose' | 'reopen'; readonly opportunityId: string; readonly reason?: string };

type Of<Kind extends OpportunityCommand['kind']> = Extract<OpportunityCommand, { kind: Kind }>;

const initialState: OpportunityState = {
  status: 'none',
  leadId: null,
  stage: null,
  probability: null,
  deal: {},
};

const dealOf = ({ amount, owner, segment, declaredRevenue }: Deal): Deal =>
  defined({ amount, owner, segment, declaredRevenue });

const evolve = (state: OpportunityState, event: Happening): OpportunityState => {
  switch (event.type) {
    case 'OpportunityOpened':
    case 'OpportunityWon':
      return {
        ...state,
        status: event.type === 'OpportunityWon' ? 'won' : 'open',
        leadId: event.data.leadId,
        deal: { ...state.deal, ...dealOf(event.data) },
      };
    case 'OpportunityStageChanged': {
      const { stage, probability } = event.data;
      return { ...state, stage, probability: probability ?? state.probability };
    }
    case 'OpportunityLost':
      return { ...state, status: 'lost', leadId: event.data.leadId };
    case 'OpportunityReopened':
      return { ...state, status: 'open', leadId: event.data.leadId };
    default:
      return state;
  }
};

const checkAmount = (amount: Amount | undefined, known?: Amount): void => {
  if (amount === undefined) return;
  if (amount.amount < 0) throw new RuleViolation('negative-amount', 'an amount must not be below 0');
  if (known !== undefined && known.currency !== amount.currency)
    throw new RuleViolation('currency-mismatch', `the deal is in ${known.currency}`, {
      currency: known.currency,
    });
};

/** The ids of a deal that exists. */
const idsOf = (opportunityId: string, { leadId }: OpportunityState) => {
  if (leadId === null) throw new NotFound('opportunity', opportunityId);
  return { opportunityId, leadId };
};

const refuseClosed = ({ status }: OpportunityState): void => {
  if (status === 'won' || status === 'lost')
    throw new RuleViolation('opportunity-closed', `the opportunity is ${status}; reopen it first`, {
      status,
    });
};

const open = (command: Of<'open'>, state: OpportunityState): readonly Happening[] => {
  const { opportunityId, leadId, amount, owner, name } = command;
  checkAmount(amount);
  if (state.status !== 'none')
    throw new RuleViolation('opportunity-exists', `there is an opportunity ${opportunityId} already`, {
      opportunityId,
      status: state.status,
    });
  const personal = name === undefined ? undefined : { name };
  return [{ type: 'OpportunityOpened', data: defined({ opportunityId, leadId, amount, owner, personal }) }];
};

const move = (command: Of<'move'>, state: OpportunityState): readonly Happening[] => {
  const { opportunityId, stage, probability } = command;
  const ids = idsOf(opportunityId, state);
  refuseClosed(state);
  const same = stage === state.stage && (probability === undefined || probability === state.probability);
  return same ? [] : [{ type: 'OpportunityStageChanged', data: defined({ ...ids, stage, probability }) }];
};

const win = ({ opportunityId, amount }: Of<'win'>, state: OpportunityState): readonly Happening[] => {
  checkAmount(amount, state.deal.amount);
  const ids = idsOf(opportunityId, state);
  refuseClosed(state);
  // What is known of the deal comes along, so that the one event tells a subscriber what was won.
  const deal = { ...state.deal, ...(amount === undefined ? {} : { amount }) };
  return [{ type: 'OpportunityWon', data: { ...ids, ...deal } }];
};

const lose = (
  { opportunityId, reason }: Of<'lose' | 'reopen'>,
  state: OpportunityState,
): readonly Happening[] => {
  const ids = idsOf(opportunityId, state);
  refuseClosed(state);
  const personal = reason === undefined ? undefined : { reason };
  return [{ type: 'OpportunityLost', data: defined({ ...ids, personal }) }];
};

const reopen = (
  { opportunityId, reason }: Of<'lose' | 'reopen'>,
  state: OpportunityState,
): readonly Happening[] => {
  const ids = idsOf(opportunityId, state);
  if (state.status === 'open')
    throw new RuleViolation('opportunity-not-closed', 'the opportunity is open already', {
      status: state.status,
    });
  const personal = reason === undefined ? undefined : { reason };
  return [{ type: 'OpportunityReopened', data: defined({ ...ids, personal }) }];
};

/** The rules of a deal: open → won or lost → open again. */
export const opportunityDecider: Decider<OpportunityState, OpportunityCommand, Happening> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.kind) {
      case 'open':
        return open(command, state);
      case 'move':
        return move(command, state);
      case 'win':
        return win(command, state);
      case 'lose':
        return lose(command, state);
      case 'reopen':
        return reopen(command, state);
    }
  },
};
