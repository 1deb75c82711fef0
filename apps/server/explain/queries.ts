import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type { EntityExplanation, Explanation } from '../../../libs/projecting/port.ts';
import { UseEngine } from '../engine.ts';
import type { Condition } from '../http/parameter-kinds.ts';
import { findProjection } from '../projections/find-projection.ts';
import { whereOf } from '../projections/where.ts';

/** The entities behind cells. */
export class ExplainCells extends Query<Explanation> {
  constructor(
    readonly projection: string,
    readonly where: readonly Condition[],
    readonly page: { readonly limit: number; readonly cursor?: string },
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ExplainCells)
export class ExplainCellsHandler implements IQueryHandler<ExplainCells> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ projection, where, page, atLeast }: ExplainCells): Promise<Explanation> {
    const { name, dimensions } = findProjection(this.engine, projection);
    const conditions = whereOf(dimensions, where);
    if (atLeast !== undefined) await this.engine.projector.waitFor(name, atLeast);
    return this.engine.projector.explain(name, conditions, page);
  }
}

/** Why one entity counts as it does. */
export class ExplainEntity extends Query<EntityExplanation> {
  constructor(
    readonly projection: string,
    readonly entity: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ExplainEntity)
export class ExplainEntityHandler implements IQueryHandler<ExplainEntity> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ projection, entity, atLeast }: ExplainEntity): Promise<EntityExplanation> {
    const { name } = findProjection(this.engine, projection);
    if (atLeast !== undefined) await this.engine.projector.waitFor(name, atLeast);
    return this.engine.projector.explainEntity(name, entity);
  }
}
