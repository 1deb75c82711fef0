import { StringDecoder } from 'node:string_decoder';
import { maxRecordSize, type RawRow } from './csv.ts';
import { FileProblem } from './errors.ts';

/**
 * The objects of a text in UTF-8 with one JSON document a line. Cells are text as it stands there: numbers keep their digits,
 * null and the empty string are the same, an object or a list within is its JSON.
 *
 * @throws FileProblem for a line that is too long; errors of the stream
 */
export async function* readNdjson(text: AsyncIterable<Buffer>): AsyncGenerator<RawRow, void, undefined> {
  let number = 0;
  for await (const line of linesOf(text)) {
    number += 1;
    if (line.trim() !== '') yield toRow(line, number);
  }
}

async function* linesOf(text: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let [first, number] = [true, 0];
  for await (const bytes of text) {
    rest += decoder.write(bytes);
    if (first && rest.startsWith('\ufeff')) rest = rest.slice(1);
    first = first && rest === '';
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    number += lines.length;
    yield* lines;
    if (rest.length > maxRecordSize)
      throw new FileProblem(`line ${number + 1} is longer than ${maxRecordSize} characters`);
  }
  yield rest + decoder.end();
}

const toRow = (line: string, number: number): RawRow => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return broken(number, 'the line is no JSON object');
    const entries = Object.entries(value);
    const exact = entries.some(([, cell]) => typeof cell === 'number') ? numbersOf(line) : {};
    return {
      line: number,
      columns: entries.map(([column]) => column),
      cells: entries.map(
        ([column, cell]) => (typeof cell === 'number' ? exact[column] : undefined) ?? cellOf(cell),
      ),
      problem: null,
    };
  } catch (error) {
    // V8's message quotes the line, which may be personal; only the place is passed on.
    const place = / at position (\d+)/.exec((error as Error).message)?.[1];
    return broken(
      number,
      place === undefined ? 'the line is no JSON' : `the line is no JSON: see character ${place}`,
    );
  }
};

const broken = (line: number, problem: string): RawRow => ({ line, columns: [], cells: [], problem });

const cellOf = (value: unknown): string => {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The digits of the object's own numbers: a float would round them. */
const numbersOf = (line: string): Readonly<Record<string, string>> => {
  const sources = new Map<unknown, Record<string, string>>();
  let own: Readonly<Record<string, string>> = {};
  const revive = function (
    this: unknown,
    key: string,
    value: unknown,
    context?: { source?: string },
  ): unknown {
    if (typeof value === 'number' && context?.source !== undefined) {
      const siblings = sources.get(this) ?? {};
      siblings[key] = context.source;
      sources.set(this, siblings);
    }
    own = sources.get(value) ?? {};
    return value;
  };
  JSON.parse(line, revive as Parameters<typeof JSON.parse>[1]);
  return own;
};
