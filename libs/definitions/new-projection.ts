// npm run new:projection NAME [-- --to DIR]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exampleOf } from './example.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const usage = 'npm run new:projection NAME, or npm run new:projection NAME -- --to DIR';

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const given = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
})();

const [name, ...more] = given.positionals;
if (name === undefined || more.length > 0) fail(`name one projection: ${usage}`);
else if (!/^[a-z][a-z0-9-]{0,59}$/.test(name))
  fail(`"${name}" is no projection name: lower case, digits and hyphens, as in won-by-segment`);
else {
  const folder =
    given.values.to === undefined ? join(checkout, 'projections', name) : resolve(given.values.to);
  const within = `${folder}${sep}`.startsWith(checkout);
  const { files, entry, spec } = exampleOf(name, within ? 'jest' : 'node');
  for (const file of files.keys())
    if (existsSync(join(folder, file))) fail(`${join(folder, file)} is there already; nothing was written`);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  const shown = (file: string): string => relative(process.cwd(), join(folder, file)) || file;
  const register = relative(process.cwd(), join(checkout, 'dist/libs/definitions/register.js'));
  const test = within ? `npm test -- ${shown(spec)}` : `node --import ./${register} --test ${shown(spec)}`;
  process.stdout.write(
    `${[
      `written: ${shown(entry)}`,
      `         ${shown(spec)}`,
      '',
      'Next:',
      `  ${test}`,
      `  npx leadfold projections add ${shown(entry)}`,
      `  npx leadfold projections cells ${name} --by landing`,
    ].join('\n')}\n`,
  );
}
