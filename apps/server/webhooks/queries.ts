import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NotFound } from '../../../libs/domain/errors.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { DeliveryPage, DeliveryQuery, Webhook } from '../../../libs/lifecycle/index.ts';
import { UseEngine } from '../engine.ts';

export class ListWebhooks extends Query<readonly Webhook[]> {}

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute(): Promise<readonly Webhook[]> {
    return [...(await this.engine.lifecycle.webhooks.registry.current()).values()];
  }
}

export class ShowWebhook extends Query<Webhook> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ShowWebhook)
export class ShowWebhookHandler implements IQueryHandler<ShowWebhook> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ id }: ShowWebhook): Promise<Webhook> {
    const webhook = (await this.engine.lifecycle.webhooks.registry.current()).get(id);
    if (webhook === undefined) throw new NotFound('webhook', id);
    return webhook;
  }
}

export class ListDeliveries extends Query<DeliveryPage> {
  constructor(
    readonly webhookId: string,
    readonly query: DeliveryQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDeliveries)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveries> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ webhookId, query }: ListDeliveries): Promise<DeliveryPage> {
    return this.engine.lifecycle.webhooks.deliveries.list(webhookId, query);
  }
}
