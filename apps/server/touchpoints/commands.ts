import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type { CommandContext, Touchpoint, TouchpointResult } from '../../../libs/handling/port.ts';
import { UseEngine } from '../engine.ts';

export class RecordTouchpoints extends Command<readonly TouchpointResult[]> {
  constructor(
    readonly touchpoints: readonly Touchpoint[],
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RecordTouchpoints)
export class RecordTouchpointsHandler implements ICommandHandler<RecordTouchpoints> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ touchpoints, caller }: RecordTouchpoints): Promise<readonly TouchpointResult[]> {
    return this.engine.commands.recordTouchpoints(touchpoints, caller);
  }
}
