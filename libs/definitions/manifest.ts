import type { Json } from '../domain/event.ts';
import { defineProjection, leadOf, type Projection } from '../projecting/define.ts';
import { DefinitionRefused } from './errors.ts';
import { settle } from './plain.ts';

/** What a projection says about itself, without its code. */
export interface Manifest extends Pick<
  Projection,
  'name' | 'version' | 'description' | 'dimensions' | 'measures' | 'indexes' | 'summaries' | 'workspace'
> {
  /** Under which name the module exports it. */
  readonly exported: string;
  /** The types that it reads, and whether the entity of each is its lead, by `leadOf`. */
  readonly types: Readonly<Record<string, 'lead' | 'other'>>;
  readonly initialState: Json;
}

/**
 * The one projection that a module exports: its default, or any name.
 *
 * @throws DefinitionRefused when there is none or more than one, or it is malformed
 */
export const projectionOf = (
  module: Readonly<Record<string, unknown>>,
  file: string,
): { readonly exported: string; readonly projection: Projection } => {
  const distinct = new Map<unknown, string>();
  for (const [name, value] of Object.entries(module))
    if (looksLikeProjection(value) && (name === 'default' || !distinct.has(value))) distinct.set(value, name);
  const [first, second] = [...distinct];
  if (first === undefined)
    throw new DefinitionRefused(
      `${file} exports no projection; write \`export default defineProjection({ name, version, entity, initialState, evolve, … })\``,
    );
  if (second !== undefined)
    throw new DefinitionRefused(
      `${file} exports several projections (${[...distinct.values()].join(', ')}); put each in a file of its own`,
    );
  try {
    // Also one that was written without `defineProjection` is checked by its rules.
    const projection = defineProjection(first[0] as Parameters<typeof defineProjection>[0]);
    checkShape(projection);
    return { exported: first[1], projection };
  } catch (error) {
    throw new DefinitionRefused(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

export const manifestOf = (exported: string, projection: Projection): Manifest => {
  const { name, version, description, dimensions, measures, indexes, summaries, workspace, entity } =
    projection;
  const types = Object.entries(entity).map(
    ([type, find]) => [type, (find as unknown) === leadOf ? 'lead' : 'other'] as const,
  );
  return {
    ...{ exported, name, version, description, dimensions, measures, indexes, summaries, workspace },
    types: Object.fromEntries(types),
    initialState: projection.initialState(),
  };
};

const looksLikeProjection = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'evolve' in value && 'entity' in value;

const kinds = ['text', 'integer', 'day'];

const checkShape = (projection: Projection): void => {
  const { name, entity, dimensions, measures, indexes, summaries, workspace } =
    projection as unknown as Record<string, unknown>;
  const fail = (detail: string): never => {
    throw new Error(`${String(name)}: ${detail}`);
  };
  for (const part of ['evolve', 'initialState', 'contributes', 'quality', 'due'] as const)
    if (typeof projection[part] !== 'function') fail(`${part} must be a function`);
  settle(projection.initialState());
  if (!isRecord(entity) || Object.keys(entity).length === 0)
    return fail('entity must name at least one type of event, as in entity: { LeadCaptured: leadOf }');
  for (const [type, find] of Object.entries(entity))
    if (typeof find !== 'function') fail(`entity.${type} must be a function of the event`);
  if (!isRecord(dimensions)) return fail("dimensions must be an object, as in { origin: 'text' }");
  for (const [dimension, kind] of Object.entries(dimensions))
    if (!kinds.includes(String(kind))) fail(`dimension ${dimension} must be one of ${kinds.join(', ')}`);
  for (const [what, list] of Object.entries({ measures, indexes, workspace }))
    if (!Array.isArray(list) || list.some(one => typeof one !== 'string'))
      fail(`${what} must be a list of names`);
  if (!Array.isArray(summaries) || !summaries.every(one => Array.isArray(one)))
    fail('summaries must be a list of lists of dimensions');
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
