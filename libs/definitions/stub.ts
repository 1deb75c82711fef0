import type { Json } from '../domain/event.ts';
import { defineProjection, leadOf, type Projection } from '../projecting/define.ts';
import type { Manifest } from './manifest.ts';

/** A projection as its manifest says, without code: whatever would run code throws. */
export const stubOf = ({ types, initialState, ...said }: Manifest, hash: string): Projection => {
  const elsewhere = (): never => {
    throw new Error(`${said.name} is folded in a process of its own`);
  };
  const entity = Object.fromEntries(
    Object.entries(types).map(([type, by]) => [type, by === 'lead' ? leadOf : elsewhere]),
  );
  const stub = defineProjection<string, Json>({
    ...{ name: said.name, version: said.version, description: said.description },
    ...{ dimensions: said.dimensions, measures: said.measures, indexes: said.indexes },
    summaries: said.summaries,
    workspace: said.workspace,
    // Whose events are read by their lead is known by reference; the types are checked where the code is.
    entity: entity as unknown as Parameters<typeof defineProjection<string, Json>>[0]['entity'],
    initialState: () => initialState,
    evolve: elsewhere,
    contributes: elsewhere,
    quality: elsewhere,
    due: elsewhere,
  });
  return { ...stub, hash };
};
