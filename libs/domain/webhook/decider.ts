import type { Happening } from '../catalog.ts';
import type { Decider } from '../decider.ts';
import { defined } from '../defined.ts';
import { NotFound, RuleViolation } from '../errors.ts';
import { splitUrl } from '../url.ts';

/** Why nothing is delivered to a webhook. */
export type DisabledReason = 'asked' | 'failing' | 'gone';

export interface WebhookState {
  readonly status: 'missing' | 'active' | 'disabled' | 'deleted';
  /** The whole address. */
  readonly url: string;
  readonly types: readonly string[];
  readonly disabled: DisabledReason | null;
  /** Number of the secret that deliveries are signed with, from 1. */
  readonly secretVersion: number;
}

export type WebhookCommand =
  | {
      readonly kind: 'register';
      readonly webhookId: string;
      readonly url: string;
      readonly types: readonly string[];
    }
  | {
      readonly kind: 'change';
      readonly webhookId: string;
      readonly url?: string;
      readonly types?: readonly string[];
      readonly status?: 'active' | 'disabled';
    }
  | {
      readonly kind: 'give-up';
      readonly webhookId: string;
      readonly reason: 'failing' | 'gone';
      /** Epoch ms. */
      readonly failingSince: number;
    }
  | { readonly kind: 'rotate-secret' | 'delete'; readonly webhookId: string };

type Of<Kind extends WebhookCommand['kind']> = Extract<WebhookCommand, { kind: Kind }>;

const initialState: WebhookState = {
  status: 'missing',
  url: '',
  types: [],
  disabled: null,
  secretVersion: 1,
};

const whole = (url: string, personal: { readonly query?: string } | undefined): string =>
  `${url}${personal?.query ?? ''}`;

const evolve = (state: WebhookState, event: Happening): WebhookState => {
  switch (event.type) {
    case 'WebhookRegistered': {
      const { url, personal, types } = event.data;
      return { ...state, status: 'active', url: whole(url, personal), types };
    }
    case 'WebhookChanged': {
      const { url, personal, types } = event.data;
      return {
        ...state,
        url: url === undefined ? state.url : whole(url, personal),
        types: types ?? state.types,
      };
    }
    case 'WebhookDisabled':
      return { ...state, status: 'disabled', disabled: event.data.reason };
    case 'WebhookEnabled':
      return { ...state, status: 'active', disabled: null };
    case 'WebhookSecretRotated':
      return { ...state, secretVersion: event.data.secretVersion };
    case 'WebhookDeleted':
      return { ...state, status: 'deleted' };
    default:
      return state;
  }
};

/** An address's query may name a person or hold a key, so it stands where personal data does. */
const addressIn = (url: string): { readonly url: string; readonly personal?: { readonly query: string } } => {
  const { address, query } = splitUrl(url);
  return defined({ url: address, personal: query === undefined ? undefined : { query } });
};

const checkTypes = (known: readonly string[], types: readonly string[]): void => {
  const unknown = types.filter(type => !known.includes(type));
  if (unknown.length > 0)
    throw new RuleViolation('unknown-lifecycle-type', `there are no such types; known: ${known.join(', ')}`, {
      known,
    });
};

const register = ({ webhookId, url, types }: Of<'register'>, state: WebhookState): readonly Happening[] => {
  if (state.status !== 'missing')
    throw new RuleViolation('webhook-exists', `the id ${webhookId} is taken`, { webhookId });
  return [{ type: 'WebhookRegistered', data: { webhookId, types: [...new Set(types)], ...addressIn(url) } }];
};

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every(each => b.includes(each));

const change = (command: Of<'change'>, state: WebhookState): readonly Happening[] => {
  const { webhookId, status } = command;
  const url = command.url === state.url ? undefined : command.url;
  const given = command.types === undefined ? undefined : [...new Set(command.types)];
  const types = given !== undefined && same(given, state.types) ? undefined : given;
  const happenings: Happening[] = [];
  if (url !== undefined || types !== undefined)
    happenings.push({
      type: 'WebhookChanged',
      data: defined({ webhookId, types, ...(url === undefined ? {} : addressIn(url)) }),
    });
  if (status === 'active' && state.status === 'disabled')
    happenings.push({ type: 'WebhookEnabled', data: { webhookId } });
  if (status === 'disabled' && state.status === 'active')
    happenings.push({ type: 'WebhookDisabled', data: { webhookId, reason: 'asked' } });
  return happenings;
};

/** The rules of a webhook. @param known types of lifecycle events that there are */
export const webhookDecider = (
  known: readonly string[],
): Decider<WebhookState, WebhookCommand, Happening> => ({
  initialState,
  evolve,
  decide: (command, state) => {
    if (command.kind === 'register' || command.kind === 'change') checkTypes(known, command.types ?? []);
    if (command.kind === 'register') return register(command, state);
    const { webhookId } = command;
    if (state.status === 'missing' || state.status === 'deleted') throw new NotFound('webhook', webhookId);
    switch (command.kind) {
      case 'change':
        return change(command, state);
      case 'rotate-secret':
        return [
          { type: 'WebhookSecretRotated', data: { webhookId, secretVersion: state.secretVersion + 1 } },
        ];
      case 'give-up': {
        const { reason, failingSince } = command;
        if (state.status === 'disabled') return [];
        return [{ type: 'WebhookDisabled', data: { webhookId, reason, failingSince } }];
      }
      case 'delete':
        return [{ type: 'WebhookDeleted', data: { webhookId } }];
    }
  },
});
