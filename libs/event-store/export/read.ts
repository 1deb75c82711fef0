import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../domain/event.ts';
import { checkHeader, eventOf, footerOf, InvalidExport, parseLine } from './lines.ts';

/**
 * The events of an export, from its lines without their ends. What it yields counts only once it has come to an end: the
 * footer says whether all lines are those that were written.
 *
 * @throws InvalidExport
 */
export async function* readExport(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const hash = createHash('sha256');
  let line = 0;
  let ended = false;
  for await (const text of lines) {
    line++;
    if (ended) throw new InvalidExport(line, 'follows the last one');
    const value = parseLine(text, line);
    const footer = line === 1 ? null : footerOf(value);
    if (footer !== null) {
      if (footer.events !== line - 2)
        throw new InvalidExport(line, `counts ${footer.events} events, and there are ${line - 2}`);
      if (footer.sha256 !== hash.digest('hex'))
        throw new InvalidExport(line, 'has another hash than the lines before it: they were changed');
      ended = true;
      continue;
    }
    hash.update(`${text}\n`);
    if (line === 1) checkHeader(value);
    else yield eventOf(value, line);
  }
  if (!ended) throw new InvalidExport(line + 1, 'is missing: the file is cut off');
}
