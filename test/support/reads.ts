import type { Json } from '../../libs/domain/event.ts';
import type {
  Batch,
  CellDelta,
  CellQuery,
  CellSchema,
  Entity,
  Generation,
  ParkedEvent,
  ProjectionId,
  ReadStore,
} from '../../libs/read-store/port.ts';

/** A schema with every kind of part. */
export const schema = {
  dimensions: { origin: 'text', days: 'integer', won: 'day', entered: 'day' },
  measures: ['leads', 'value'],
  indexes: ['stage', 'score'],
} as const satisfies CellSchema;

export const aGeneration = (
  given: Partial<Omit<Generation, 'generation' | 'status'>> = {},
): Omit<Generation, 'generation' | 'status'> => ({
  name: 'deals',
  version: 1,
  fingerprint: 'utc',
  schema,
  createdAt: 1_700_000_000_000,
  ...given,
});

export const anEntity = (id: string, state: Json = {}, rest: Partial<Entity> = {}): Entity => ({
  id,
  state,
  due: null,
  quality: [],
  ...rest,
});

export const aParked = (position: number, entity: string, rest: Partial<ParkedEvent> = {}): ParkedEvent => ({
  position,
  entity,
  eventId: `event-${position}`,
  type: 'LeadCaptured',
  raw: { position },
  error: null,
  ...rest,
});

/** Commits a batch after the last one, at the position given or one further. */
export const commitNext = async (
  store: ReadStore,
  id: ProjectionId,
  batch: Partial<Omit<Batch, 'follows'>>,
): Promise<void> => {
  const { position, batch: follows } = await store.checkpoint(id);
  await store.commit(id, {
    follows,
    position: position + 1,
    entities: [],
    cells: [],
    park: [],
    release: [],
    ...batch,
  });
};

/** `leads` more in a cell. */
export const leads = (cell: CellDelta['cell'], count = 1): CellDelta => ({ cell, add: { leads: count } });

/** The rows of a query as arrays: the group's values, then the sums. */
export const rowsOf = async (
  store: ReadStore,
  id: ProjectionId,
  query: Partial<CellQuery> = {},
): Promise<readonly (readonly unknown[])[]> => {
  const { value } = await store.cells(id, { measures: ['leads'], by: [], where: {}, ...query });
  return value.map(({ by, sums }) => [...Object.values(by), ...Object.values(sums)]);
};
