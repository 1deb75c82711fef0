import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Engine } from '../../../libs/engine/port.ts';
import type { ProjectionStatus } from '../../../libs/projecting/port.ts';
import type { CellRow } from '../../../libs/read-store/port.ts';
import { UseEngine } from '../engine.ts';
import type { Condition } from '../http/parameter-kinds.ts';
import { findProjection, liveGeneration } from './find-projection.ts';
import { groupsOf, whereOf } from './where.ts';

/** Where the projections stand: one of them or all. */
export class ShowProjections extends Query<readonly ProjectionStatus[]> {
  constructor(
    readonly name: string | undefined,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ShowProjections)
export class ShowProjectionsHandler implements IQueryHandler<ShowProjections> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ name, atLeast }: ShowProjections): Promise<readonly ProjectionStatus[]> {
    const { projections, projector } = this.engine;
    const asked = name === undefined ? projections : [findProjection(this.engine, name)];
    if (atLeast !== undefined) await Promise.all(asked.map(one => projector.waitFor(one.name, atLeast)));
    const status = await projector.status();
    return name === undefined ? status : status.filter(one => one.name === name);
  }
}

/** Totals of a read model, and where they were computed. */
export interface Cells {
  readonly version: number;
  readonly position: number;
  readonly rows: readonly CellRow[];
}

/** The totals of any read model, every measure of it. */
export class ShowCells extends Query<Cells> {
  constructor(
    readonly name: string,
    readonly by: readonly string[],
    readonly where: readonly Condition[],
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ShowCells)
export class ShowCellsHandler implements IQueryHandler<ShowCells> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ name, by, where, atLeast }: ShowCells): Promise<Cells> {
    const { name: projection } = findProjection(this.engine, name);
    if (atLeast !== undefined) await this.engine.projector.waitFor(projection, atLeast);
    const live = await liveGeneration(this.engine, projection);
    const { dimensions, measures } = live.schema;
    const { position, value } = await this.engine.reads.cells(live, {
      measures,
      by: groupsOf(dimensions, by),
      where: whereOf(dimensions, where),
    });
    return { version: live.version, position, rows: value };
  }
}
