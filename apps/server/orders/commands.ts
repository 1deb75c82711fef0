import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type { CancelOrder, CommandContext, CommandResult, PlaceOrder } from '../../../libs/handling/port.ts';
import { UseEngine } from '../engine.ts';

export class PlaceOrderCommand extends Command<CommandResult> {
  constructor(
    readonly order: PlaceOrder,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(PlaceOrderCommand)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrderCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ order, caller }: PlaceOrderCommand): Promise<CommandResult> {
    return this.engine.commands.placeOrder(order, caller);
  }
}

export class CancelOrderCommand extends Command<CommandResult> {
  constructor(
    readonly order: CancelOrder,
    readonly caller: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelOrderCommand)
export class CancelOrderHandler implements ICommandHandler<CancelOrderCommand> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ order, caller }: CancelOrderCommand): Promise<CommandResult> {
    return this.engine.commands.cancelOrder(order, caller);
  }
}
