import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NotFound } from '../../../libs/domain/errors.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { CommandContext, CommandResult } from '../../../libs/handling/port.ts';
import type {
  ChangeWebhook,
  Delivery,
  RegisterWebhook,
  SecretResult,
} from '../../../libs/lifecycle/index.ts';
import { UseEngine } from '../engine.ts';

export class RegisterWebhookCommand extends Command<SecretResult> {
  constructor(
    readonly webhook: RegisterWebhook,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RegisterWebhookCommand)
export class RegisterWebhookHandler implements ICommandHandler<RegisterWebhookCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ webhook, caller }: RegisterWebhookCommand): Promise<SecretResult> {
    return this.engine.lifecycle.webhooks.commands.register(webhook, caller);
  }
}

export class ChangeWebhookCommand extends Command<CommandResult> {
  constructor(
    readonly webhook: ChangeWebhook,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeWebhookCommand)
export class ChangeWebhookHandler implements ICommandHandler<ChangeWebhookCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ webhook, caller }: ChangeWebhookCommand): Promise<CommandResult> {
    return this.engine.lifecycle.webhooks.commands.change(webhook, caller);
  }
}

export class RotateSecretCommand extends Command<SecretResult> {
  constructor(
    readonly id: string,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RotateSecretCommand)
export class RotateSecretHandler implements ICommandHandler<RotateSecretCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ id, caller }: RotateSecretCommand): Promise<SecretResult> {
    return this.engine.lifecycle.webhooks.commands.rotateSecret(id, caller);
  }
}

export class DeleteWebhookCommand extends Command<CommandResult> {
  constructor(
    readonly id: string,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteWebhookCommand)
export class DeleteWebhookHandler implements ICommandHandler<DeleteWebhookCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ id, caller }: DeleteWebhookCommand): Promise<CommandResult> {
    return this.engine.lifecycle.webhooks.commands.remove(id, caller);
  }
}

export class RedeliverCommand extends Command<Delivery> {
  constructor(
    readonly webhookId: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RedeliverCommand)
export class RedeliverHandler implements ICommandHandler<RedeliverCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ webhookId, id }: RedeliverCommand): Promise<Delivery> {
    const { webhooks } = this.engine.lifecycle;
    const asked = await webhooks.deliveries.ask(webhookId, id, this.engine.clock());
    if (asked === null) throw new NotFound('delivery', id);
    return asked;
  }
}
