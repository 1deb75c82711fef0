import { catalog } from './catalog.ts';
import type { EventDefinition, Upcast } from './define-event.ts';
import type { RecordedEvent } from './event.ts';

/** The log was written by a newer Leadfold: this one can't read the event. */
export class UnknownVersion extends Error {
  override readonly name = 'UnknownVersion';
  readonly type: string;
  readonly version: number;

  constructor(event: Pick<RecordedEvent, 'type' | 'version' | 'id'>, newest: number) {
    super(
      `event ${event.id} is ${event.type} version ${event.version}; this Leadfold knows versions up to ${newest}`,
    );
    this.type = event.type;
    this.version = event.version;
  }
}

/**
 * Makes the function that brings events to the newest version of their type in a catalogue. It gives the same object
 * when the event is current or of a type that the catalogue doesn't have.
 */
export const createUpcast =
  (definitions: ReadonlyMap<string, EventDefinition>) =>
  (event: RecordedEvent): RecordedEvent => {
    const definition = definitions.get(event.type);
    if (definition === undefined || event.version === definition.version) return event;
    const known = Number.isInteger(event.version) && event.version >= 1;
    if (!known || event.version > definition.version) throw new UnknownVersion(event, definition.version);
    let data = event.data as ReturnType<Upcast>;
    for (let version = event.version; version < definition.version; version++) {
      const next = definition.upcasters[version];
      if (next === undefined) throw new UnknownVersion(event, definition.version);
      data = next(data);
    }
    return { ...event, version: definition.version, data };
  };

/** Brings an event to the newest version of its type. @throws UnknownVersion when a newer Leadfold wrote it */
export const upcast = createUpcast(catalog);
