/** What `leadfold/projecting` offers to projections outside of the repository. */
export { defineProjection, leadOf } from '../projecting/define.ts';
export type { EntityOf, Projection, ProjectionDefinition } from '../projecting/define.ts';
export type { Calendar, Context } from '../projecting/context.ts';
export { specify, testContext } from '../projecting/testing.ts';
export type { Outcome, ShortEvent, Specification } from '../projecting/testing.ts';
export type { Stage, Workspace } from '../projecting/workspace.ts';
export type { DataOf, EventOf, EventType } from '../domain/catalog.ts';
export type { Json, RecordedEvent } from '../domain/event.ts';
export type { CellDelta, CellQuery, CellRow, DimensionValue, QualityFinding } from '../read-store/port.ts';
