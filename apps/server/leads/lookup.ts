import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import { UseEngine } from '../engine.ts';

/** Whose e-mail or phone it is; the lead's id or null. */
export class LookupLead extends Query<string | null> {
  constructor(readonly identity: { readonly email: string } | { readonly phone: string }) {
    super();
  }
}

@QueryHandler(LookupLead)
export class LookupLeadHandler implements IQueryHandler<LookupLead> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  execute({ identity }: LookupLead): Promise<string | null> {
    return this.engine.commands.findLead(identity);
  }
}
