import { isPlainObject } from '../plain-json.ts';
import type { RecordedEvent } from '../../domain/event.ts';

/** First line of an export. */
export const header = { format: 'leadfold-log', version: 1 } as const;

/** Last line of an export: what all lines before it have to come to. */
export interface Footer {
  readonly events: number;
  /** Hex, of the bytes of all lines before, line ends included. */
  readonly sha256: string;
}

/** An export can't be used; the message says where and why. */
export class InvalidExport extends Error {
  override readonly name = 'InvalidExport';
  /** From 1. */
  readonly line: number;

  constructor(line: number, fault: string) {
    super(`line ${line} ${fault}`);
    this.line = line;
  }
}

/** An event as a line without its end. Times are ISO 8601 in UTC, to the millisecond. */
export const lineOf = (event: RecordedEvent): string =>
  JSON.stringify({
    position: event.position,
    stream: event.stream,
    revision: event.revision,
    id: event.id,
    type: event.type,
    version: event.version,
    occurredAt: new Date(event.occurredAt).toISOString(),
    recordedAt: new Date(event.recordedAt).toISOString(),
    data: event.data,
    metadata: event.metadata,
  });

type Line = Readonly<Record<string, unknown>>;

/** @throws InvalidExport for what is no JSON object; never quotes it */
export const parseLine = (text: string, line: number): Line => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidExport(line, 'is no JSON; the file may be cut off');
  }
  if (!isPlainObject(value)) throw new InvalidExport(line, 'is no JSON object');
  return value;
};

/** @throws InvalidExport when it is no export, or a newer one */
export const checkHeader = ({ format, version }: Line): void => {
  if (format !== header.format) throw new InvalidExport(1, 'does not say that this is an export of a log');
  if (version !== header.version)
    throw new InvalidExport(1, `says version ${String(version)}, and this Leadfold knows ${header.version}`);
};

/** The footer, or null for a line that is an event. */
export const footerOf = ({ events, sha256 }: Line): Footer | null =>
  Number.isSafeInteger(events) && typeof sha256 === 'string' ? { events: Number(events), sha256 } : null;

/** @throws InvalidExport naming the member that doesn't fit; the store checks what is in data and metadata */
export const eventOf = (value: Line, line: number): RecordedEvent => {
  const fail = (member: string): never => {
    throw new InvalidExport(line, `has no usable ${member}`);
  };
  const text = (name: string): string => {
    const member = value[name];
    return typeof member === 'string' ? member : fail(name);
  };
  const whole = (name: string, least: number): number => {
    const member = value[name];
    return Number.isSafeInteger(member) && Number(member) >= least ? Number(member) : fail(name);
  };
  const time = (name: string): number => {
    const at = Date.parse(text(name));
    return Number.isNaN(at) ? fail(name) : at;
  };
  return {
    position: whole('position', 1),
    stream: text('stream'),
    revision: whole('revision', 0),
    id: text('id'),
    type: text('type'),
    version: whole('version', 1),
    occurredAt: time('occurredAt'),
    recordedAt: time('recordedAt'),
    data: isPlainObject(value['data']) ? value['data'] : fail('data'),
    metadata: isPlainObject(value['metadata']) ? value['metadata'] : fail('metadata'),
  };
};
