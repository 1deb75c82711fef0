import type { TObject } from '@sinclair/typebox';

/** Turns the data of one version into the next one's. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** A type of event: its name, the newest version of its schema, and how older data becomes the newest. */
export interface EventDefinition<Type extends string = string, Schema extends TObject = TObject> {
  readonly type: Type;
  /** The newest version, from 1. */
  readonly version: number;
  readonly description: string;
  /** JSON Schema of `data` at the newest version. */
  readonly schema: Schema;
  /** `upcasters[n]` turns version n into n + 1; one for each version before the newest. */
  readonly upcasters: Readonly<Record<number, Upcast>>;
}

/**
 * Describes a type of event.
 *
 * @example
 * const LeadCaptured = defineEvent({ type: 'LeadCaptured', version: 1, description: '…', schema: exactly({ leadId: Id }) });
 * @throws Error when an upcaster is missing for an older version
 */
export const defineEvent = <const Type extends string, Schema extends TObject>(
  definition: Omit<EventDefinition<Type, Schema>, 'upcasters'> & {
    upcasters?: Readonly<Record<number, Upcast>>;
  },
): EventDefinition<Type, Schema> => {
  const upcasters = definition.upcasters ?? {};
  for (let version = 1; version < definition.version; version++) {
    if (upcasters[version] === undefined)
      throw new Error(`${definition.type} has no upcaster from version ${version}`);
  }
  return { ...definition, upcasters };
};
