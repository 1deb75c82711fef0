import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type {
  CaptureLead,
  ChangeStage,
  CommandContext,
  CommandResult,
  UpdateLead,
} from '../../../libs/handling/port.ts';
import { UseEngine } from '../engine.ts';

export class CaptureLeadCommand extends Command<CommandResult> {
  constructor(
    readonly lead: CaptureLead,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CaptureLeadCommand)
export class CaptureLeadHandler implements ICommandHandler<CaptureLeadCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ lead, caller }: CaptureLeadCommand): Promise<CommandResult> {
    return this.engine.commands.captureLead(lead, caller);
  }
}

export class UpdateLeadCommand extends Command<CommandResult> {
  constructor(
    readonly lead: UpdateLead,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(UpdateLeadCommand)
export class UpdateLeadHandler implements ICommandHandler<UpdateLeadCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ lead, caller }: UpdateLeadCommand): Promise<CommandResult> {
    return this.engine.commands.updateLead(lead, caller);
  }
}

export class ChangeStageCommand extends Command<CommandResult> {
  constructor(
    readonly change: ChangeStage,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeStageCommand)
export class ChangeStageHandler implements ICommandHandler<ChangeStageCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ change, caller }: ChangeStageCommand): Promise<CommandResult> {
    return this.engine.commands.changeStage(change, caller);
  }
}
