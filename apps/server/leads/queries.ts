import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NotFound } from '../../../libs/domain/errors.ts';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { Engine } from '../../../libs/engine/port.ts';
import type { DimensionValue } from '../../../libs/read-store/port.ts';
import { rulesOf, scoreLines } from '../../../libs/scoring/index.ts';
import { leadScore } from '../../../projections/lead-score/lead-score.projection.ts';
import { lead, type LeadProfile } from '../../../projections/lead/lead.projection.ts';
import { UseEngine } from '../engine.ts';
import { liveGeneration } from '../projections/find-projection.ts';
import { showLead, showProfile, type ShownLead, type ShownProfile } from './show-lead.ts';

export interface LeadList {
  readonly position: number;
  readonly data: readonly ShownLead[];
  readonly nextCursor: string | null;
}

/** Leads by band, stage and origin. */
export class ListLeads extends Query<LeadList> {
  constructor(
    readonly where: Readonly<Record<string, DimensionValue>>,
    readonly page: { readonly sort?: string; readonly limit: number; readonly cursor?: string },
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListLeads)
export class ListLeadsHandler implements IQueryHandler<ListLeads> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ where, page, atLeast }: ListLeads): Promise<LeadList> {
    const { reads, projector, clock, context } = this.engine;
    if (atLeast !== undefined) await projector.waitFor(leadScore.name, atLeast);
    const live = await liveGeneration(this.engine, leadScore.name);
    const { position, value } = await reads.entities(live, { where, ...page });
    const [rules, now] = [rulesOf(context.workspace.score), clock()];
    return {
      position,
      data: value.entities.map(entity => showLead(rules, entity, now)),
      nextCursor: value.nextCursor,
    };
  }
}

export interface LeadDetail extends ShownLead, ShownProfile {
  readonly position: number;
}

/** One lead, with its profile. */
export class ShowLead extends Query<LeadDetail> {
  constructor(
    readonly id: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ShowLead)
export class ShowLeadHandler implements IQueryHandler<ShowLead> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ id, atLeast }: ShowLead): Promise<LeadDetail> {
    const { reads, projector, clock, context } = this.engine;
    if (atLeast !== undefined) {
      await projector.waitFor(lead.name, atLeast);
      await projector.waitFor(leadScore.name, atLeast);
    }
    const [scores, profiles] = [
      await liveGeneration(this.engine, leadScore.name),
      await liveGeneration(this.engine, lead.name),
    ];
    const { position } = await reads.checkpoint(scores);
    const scored = (await reads.load(scores, [id])).get(id);
    if (scored === undefined) throw new NotFound('lead', id);
    const profile = (await reads.load(profiles, [id])).get(id);
    return {
      position,
      ...showLead(rulesOf(context.workspace.score), scored, clock()),
      ...showProfile((profile?.state ?? null) as unknown as LeadProfile | null),
    };
  }
}

/** The score of a lead at an instant (epoch ms; now where left out), line by line, from its events. */
export class ExplainScore extends Query<ExplainedScore> {
  constructor(
    readonly id: string,
    readonly at: number | undefined,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

export interface ExplainedScore extends ReturnType<typeof scoreLines> {
  readonly position: number;
  /** Epoch ms. */
  readonly at: number;
}

@QueryHandler(ExplainScore)
export class ExplainScoreHandler implements IQueryHandler<ExplainScore> {
  constructor(@UseEngine() private readonly engine: Engine) {}

  async execute({ id, at = this.engine.clock(), atLeast }: ExplainScore): Promise<ExplainedScore> {
    const { projector, context } = this.engine;
    if (atLeast !== undefined) await projector.waitFor(leadScore.name, atLeast);
    const { position, events } = await projector.explainEntity(leadScore.name, id).catch((error: unknown) => {
      throw error instanceof NotFound ? new NotFound('lead', id) : error;
    });
    return { position, at, ...scoreLines(rulesOf(context.workspace.score), events, at) };
  }
}

/** Everything that happened to a lead, in log order; read from the log itself. */
export class ShowTimeline extends Query<readonly RecordedEvent[]> {
  constructor(
    readonly id: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}
