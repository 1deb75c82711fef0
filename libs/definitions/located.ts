import { messageOf } from '../projecting/delivery.ts';
import type { Closure } from './closure.ts';
import { DefinitionRefused } from './errors.ts';
import { NotPure } from './guards.ts';

/** `won.projection.ts:12:9`, the innermost place of the definition's own files in an error's stack; null where none is. */
export const placeOf = (
  error: unknown,
  { files, nameOf }: Pick<Closure, 'files' | 'nameOf'>,
): string | null => {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null;
  for (const line of error.stack.split('\n')) {
    for (const url of files) {
      const found = afterPath(line, url) ?? afterPath(line, decodeURI(new URL(url).pathname));
      if (found !== null) return `${nameOf(url)}${found}`;
    }
  }
  return null;
};

/** `:12:9`, as it follows a path in a line of a stack. */
const afterPath = (line: string, path: string): string | null => {
  const at = line.indexOf(path);
  return at < 0 ? null : (/^:\d+(:\d+)?/.exec(line.slice(at + path.length))?.[0] ?? null);
};

/** The error in one line with its place in the definition. */
export const tellLocated = (error: unknown, closure: Pick<Closure, 'files' | 'nameOf'>): string => {
  if (error instanceof DefinitionRefused) return error.message;
  const place = placeOf(error, closure);
  const said = error instanceof NotPure ? error.message : messageOf(error);
  const message = said.split('\n').slice(0, 3).join(' ').slice(0, 500);
  const [entry = ''] = closure.files;
  return `${message} (${place ?? closure.nameOf(entry)})`;
};
