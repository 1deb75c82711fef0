import { InvalidRequest } from './errors.ts';
import type { Generation } from './port.ts';

const projectionName = /^[a-z][a-z0-9-]{0,59}$/;
const word = /^[a-z][A-Za-z0-9]{0,59}$/;
const types: ReadonlySet<string> = new Set(['text', 'integer', 'day']);

/** Refuses a generation whose name or schema is malformed. @throws InvalidRequest */
export const checkGeneration = (given: Omit<Generation, 'generation' | 'status'>): void => {
  const { name, version, createdAt, schema } = given;
  if (!projectionName.test(name))
    throw new InvalidRequest('name', `"${name}" is no projection name: lower case, digits and hyphens`);
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(createdAt))
    throw new InvalidRequest('schema', `${name}: version and createdAt must be whole numbers`);
  const cellWords = [...Object.keys(schema.dimensions), ...schema.measures];
  for (const words of [cellWords, schema.indexes]) {
    const odd = words.find(each => !word.test(each));
    if (odd !== undefined)
      throw new InvalidRequest('schema', `${name}: "${odd}" is no name for a part of the schema: camelCase`);
    if (new Set(words).size < words.length)
      throw new InvalidRequest('schema', `${name}: a part of the schema is named twice`);
  }
  for (const [at, summary] of (schema.summaries ?? []).entries()) checkSummary(given, summary, at);
  const untyped = Object.entries(schema.dimensions).find(([, type]) => !types.has(type));
  if (untyped)
    throw new InvalidRequest(
      'schema',
      `${name}: ${untyped[0]} must be text, integer or day, not ${untyped[1]}`,
    );
};

const checkSummary = (
  { name, schema }: Omit<Generation, 'generation' | 'status'>,
  summary: readonly string[],
  place: number,
): void => {
  const odd = summary.find(each => !['text', 'integer'].includes(own(schema.dimensions, each) ?? ''));
  if (odd !== undefined)
    throw new InvalidRequest(
      'schema',
      `${name}: a summary names "${odd}", which is no text or integer dimension`,
    );
  if (new Set(summary).size < summary.length)
    throw new InvalidRequest('schema', `${name}: a summary names a dimension twice: ${summary.join(', ')}`);
  const key = summary.toSorted().join();
  const first = (schema.summaries ?? []).findIndex(each => each.toSorted().join() === key);
  if (first < place)
    throw new InvalidRequest('schema', `${name}: a summary is there twice: ${summary.join(', ')}`);
};

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
