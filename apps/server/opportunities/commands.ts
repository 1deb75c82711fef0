import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type {
  CloseOpportunity,
  CommandContext,
  CommandResult,
  MoveOpportunity,
  OpenOpportunity,
  WinOpportunity,
} from '../../../libs/handling/port.ts';
import { UseEngine } from '../engine.ts';

export class OpenOpportunityCommand extends Command<CommandResult> {
  constructor(
    readonly opportunity: OpenOpportunity,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(OpenOpportunityCommand)
export class OpenOpportunityHandler implements ICommandHandler<OpenOpportunityCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ opportunity, caller }: OpenOpportunityCommand): Promise<CommandResult> {
    return this.engine.commands.openOpportunity(opportunity, caller);
  }
}

export class MoveOpportunityCommand extends Command<CommandResult> {
  constructor(
    readonly opportunity: MoveOpportunity,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(MoveOpportunityCommand)
export class MoveOpportunityHandler implements ICommandHandler<MoveOpportunityCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ opportunity, caller }: MoveOpportunityCommand): Promise<CommandResult> {
    return this.engine.commands.moveOpportunity(opportunity, caller);
  }
}

export class WinOpportunityCommand extends Command<CommandResult> {
  constructor(
    readonly opportunity: WinOpportunity,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(WinOpportunityCommand)
export class WinOpportunityHandler implements ICommandHandler<WinOpportunityCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ opportunity, caller }: WinOpportunityCommand): Promise<CommandResult> {
    return this.engine.commands.winOpportunity(opportunity, caller);
  }
}

export class LoseOpportunityCommand extends Command<CommandResult> {
  constructor(
    readonly opportunity: CloseOpportunity,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(LoseOpportunityCommand)
export class LoseOpportunityHandler implements ICommandHandler<LoseOpportunityCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ opportunity, caller }: LoseOpportunityCommand): Promise<CommandResult> {
    return this.engine.commands.loseOpportunity(opportunity, caller);
  }
}

export class ReopenOpportunityCommand extends Command<CommandResult> {
  constructor(
    readonly opportunity: CloseOpportunity,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReopenOpportunityCommand)
export class ReopenOpportunityHandler implements ICommandHandler<ReopenOpportunityCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ opportunity, caller }: ReopenOpportunityCommand): Promise<CommandResult> {
    return this.engine.commands.reopenOpportunity(opportunity, caller);
  }
}
