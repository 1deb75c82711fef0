import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../process.ts';

const source = new URL('.', import.meta.url).pathname;
const cache = new URL('../../../node_modules/.cache/leadfold-servers/', import.meta.url).pathname;

/** The server's program; Go builds it once for each version of its source, in a minute or two. */
export const ferretdbProgram = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(source, file)));
  const program = join(cache, `ferretdb-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  await runToEnd('go', ['build', '-trimpath', '-o', fresh, '.'], { cwd: source });
  renameSync(fresh, program);
  return program;
};
