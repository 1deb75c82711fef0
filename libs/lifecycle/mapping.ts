import { CloudEvent } from 'cloudevents';
import type { RecordedEvent } from '../domain/event.ts';
import { upcast } from '../domain/upcast.ts';
import { derivedId } from '../handling/derived-id.ts';
import type { LifecycleEvent } from './port.ts';
import { lifecycleTypes, qualified, type LifecycleType } from './types.ts';

/** What a workspace decides about its lifecycle events. */
export interface LifecycleRules {
  /** CloudEvents `source`, a URI reference: `source` and `id` together name an event anywhere. */
  readonly source: string;
  /** Names of the life cycle's stages, in order. */
  readonly stages: readonly string[];
  /** The stage from which a lead counts as qualified; null where leads never do. */
  readonly qualifiedStage: string | null;
  /** Whether data keeps its `personal` member; left out by default. */
  readonly personal?: boolean;
}

/** The lifecycle events that an event of the log gives: none, one, or two that follow each other. Pure. */
export type ToLifecycle = (event: RecordedEvent) => readonly LifecycleEvent[];

/** URN of the JSON Schema of an event's data, as docs/events publishes it. */
export const schemaUrn = (type: string, version: number): string => `urn:leadfold:event:${type}:${version}`;

const byEvent: ReadonlyMap<string, LifecycleType> = new Map(
  lifecycleTypes.filter(each => each !== qualified).map(each => [each.event, each]),
);

const none: readonly LifecycleEvent[] = [];

type Data = Readonly<Record<string, unknown>>;

/**
 * Makes the mapping from the log's events to CloudEvents 1.0. `id` is the event's own id (of `leadfold.lead.qualified`, which accompanies a
 * change of stage, one derived from it), so the same event always has the same id.
 *
 * @example
 * const toLifecycle = createMapping({ source: 'urn:leadfold', stages: ['lead', 'mql'], qualifiedStage: 'mql' });
 * toLifecycle(captured)[0]?.cloudEvent.type; // 'leadfold.lead.captured'
 * @throws UnknownVersion (from the mapping) for an event that a newer Leadfold wrote
 */
export const createMapping = (rules: LifecycleRules): ToLifecycle => {
  const qualifies = qualification(rules);
  return recorded => {
    const kind = byEvent.get(recorded.type);
    if (kind === undefined) return none;
    const event = upcast(recorded);
    // A log that others write to as well may hold anything; what belongs to no lead is nobody's lifecycle.
    if (typeof (event.data as Data)['leadId'] !== 'string') return none;
    const told = tell(rules, kind, event, event.id);
    if (event.type !== qualified.event || !qualifies(event.data as Data)) return [told];
    return [told, tell(rules, qualified, event, derivedId('qualified', event.id))];
  };
};

/** A lead without a known stage before stood before every stage. */
const qualification = ({ stages, qualifiedStage }: LifecycleRules): ((data: Data) => boolean) => {
  const bound = qualifiedStage === null ? -1 : stages.indexOf(qualifiedStage);
  if (bound === -1) return () => false;
  const reached = (stage: unknown): boolean => typeof stage === 'string' && stages.indexOf(stage) >= bound;
  return ({ stage, from }) => reached(stage) && !reached(from);
};

const tell = (
  rules: LifecycleRules,
  kind: LifecycleType,
  event: RecordedEvent,
  id: string,
): LifecycleEvent => {
  const { position, stream, revision } = event;
  const { personal, ...harmless } = event.data as Data & { readonly leadId: string };
  const { leadId } = harmless;
  const cloudEvent = new CloudEvent<unknown>(
    {
      id,
      source: rules.source,
      type: kind.type,
      subject: leadId,
      time: new Date(event.occurredAt).toISOString(),
      dataschema: schemaUrn(event.type, event.version),
      datacontenttype: 'application/json',
      partitionkey: leadId,
      recordedtime: new Date(event.recordedAt).toISOString(),
      // A text, because an integer of CloudEvents has 32 bits.
      position: String(position),
      data: rules.personal === true && personal !== undefined ? { ...harmless, personal } : harmless,
    },
    // Checking costs twice as much as all the rest; the mapping's own specification checks what it makes.
    false,
  );
  return { position, stream, revision, leadId, cloudEvent };
};
