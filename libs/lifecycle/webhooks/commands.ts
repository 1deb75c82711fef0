import { occurredAt } from '../../domain/occurred.ts';
import { RuleViolation } from '../../domain/errors.ts';
import { webhookDecider, type WebhookCommand } from '../../domain/webhook/decider.ts';
import { handle } from '../../handling/handle.ts';
import { begin, type Begin } from '../../handling/idempotency.ts';
import type { CommandContext, CommandResult } from '../../handling/port.ts';
import { lifecycleTypes } from '../types.ts';
import { webhookSecret } from './secret.ts';
import { checkTarget, TargetRefused, type TargetRules } from './target.ts';

export interface RegisterWebhook {
  readonly id?: string;
  readonly url: string;
  /** Types of lifecycle events. */
  readonly types: readonly string[];
}

export interface ChangeWebhook {
  readonly id: string;
  readonly url?: string;
  readonly types?: readonly string[];
  readonly status?: 'active' | 'disabled';
}

/** With the secret, which is told at no other time. */
export interface SecretResult extends CommandResult {
  readonly secret: string;
}

/** Everything that changes webhooks. All throw RuleViolation, NotFound and the event store's errors. */
export interface WebhookCommands {
  register(command: RegisterWebhook, context: CommandContext): Promise<SecretResult>;
  change(command: ChangeWebhook, context: CommandContext): Promise<CommandResult>;
  rotateSecret(id: string, context: CommandContext): Promise<SecretResult>;
  remove(id: string, context: CommandContext): Promise<CommandResult>;
  /** Disables a webhook that doesn't answer; again is nothing. @param failingSince epoch ms */
  giveUp(id: string, reason: 'failing' | 'gone', failingSince: number): Promise<void>;
}

export interface WebhookHandling extends Begin {
  /** The workspace's, from which webhooks' secrets are derived. */
  readonly secret: string;
  readonly targets: TargetRules;
}

const streamOf = (id: string): string => `webhook-${id}`;
const decider = webhookDecider(lifecycleTypes.map(({ type }) => type));

/** The address as it will be used. A target that is refused is a rule that is broken, for whoever registers it. */
const requireTarget = (url: string, targets: TargetRules): string => {
  try {
    return checkTarget(url, targets).href;
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    throw new RuleViolation('webhook-target-refused', error.message, { reason: error.reason });
  }
};

/**
 * @example
 * const webhooks = createWebhookCommands({ events, clock, newId, hash, secret, targets: { allowed: [] } });
 * await webhooks.register({ url: 'https://crm.example.org/hooks', types: ['leadfold.order.placed'] }, context);
 */
export const createWebhookCommands = (deps: WebhookHandling): WebhookCommands => {
  const carryOut = async (
    command: WebhookCommand,
    body: unknown,
    context: CommandContext,
  ): Promise<CommandResult> => {
    const cause = await begin(deps, context, body, occurredAt(undefined, deps.clock()));
    const { revision, position } = await handle(deps.events, {
      decider,
      stream: streamOf(command.webhookId),
      command,
      cause,
    });
    return { id: command.webhookId, revision, position, created: command.kind === 'register' };
  };

  const versionNow = async (id: string): Promise<number> => {
    let state = decider.initialState;
    for await (const event of deps.events.readStream(streamOf(id)))
      state = decider.evolve(state, event as never);
    return state.secretVersion;
  };

  return {
    register: async (command, context) => {
      const { types } = command;
      const url = requireTarget(command.url, deps.targets);
      const cause = await begin(deps, context, command, occurredAt(undefined, deps.clock()));
      const id = command.id ?? cause.idOf('webhook');
      const { revision, position } = await handle(deps.events, {
        decider,
        stream: streamOf(id),
        command: { kind: 'register', webhookId: id, url, types },
        cause,
      });
      return { id, revision, position, created: true, secret: webhookSecret(deps.secret, id, 1) };
    },
    change: async (command, context) => {
      const { id, url, ...changes } = command;
      const target = url === undefined ? {} : { url: requireTarget(url, deps.targets) };
      return carryOut({ kind: 'change', webhookId: id, ...changes, ...target }, command, context);
    },
    rotateSecret: async (id, context) => {
      const result = await carryOut({ kind: 'rotate-secret', webhookId: id }, { id }, context);
      return { ...result, secret: webhookSecret(deps.secret, id, await versionNow(id)) };
    },
    remove: (id, context) => carryOut({ kind: 'delete', webhookId: id }, { id }, context),
    giveUp: async (id, reason, since) => {
      const command: WebhookCommand = { kind: 'give-up', webhookId: id, reason, failingSince: since };
      await carryOut(command, command, { command: 'giveUpWebhook', actor: 'relay' });
    },
  };
};
