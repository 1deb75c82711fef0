import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { exampleOf } from './example.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'leadfold-'));
afterAll(() => rmSync(folder, { recursive: true }));

const newProjection = (...words: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    'libs/definitions/new-projection.ts',
    ...words,
  ]);

describe('npm run new:projection', () => {
  it('writes a projection whose test passes, and says what is next', async () => {
    const { stdout } = await newProjection('won-by-page', '--to', folder);
    expect(stdout).toMatch(/node --import .*register\.js --test .*won-by-page\.test\.ts/);
    expect(stdout).toMatch(/leadfold projections add .*won-by-page\.projection\.ts/);
    const tested = await run(process.execPath, [
      ...['--disable-warning=ExperimentalWarning', '--import', resolve('libs/definitions/register.ts')],
      ...['--test', join(folder, 'won-by-page.test.ts')],
    ]);
    expect(tested.stdout).toMatch(/pass 2/);
  });

  it('overwrites nothing', async () => {
    const before = readFileSync(join(folder, 'won-by-page.projection.ts'), 'utf8');
    await expect(newProjection('won-by-page', '--to', folder)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already; nothing was written'),
    });
    expect(readFileSync(join(folder, 'won-by-page.projection.ts'), 'utf8')).toBe(before);
  });

  it.each([[[]], [['a', 'b']], [['No Name']], [['../x']], [['x', '--at', '.']]])(
    'called with %j, says how',
    async words => {
      await expect(newProjection(...words)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/new:projection|is no projection name/),
      });
    },
  );
});

it.each([
  ['won-by-page', 'wonByPage'],
  ['x', 'x'],
  ['a-1-b', 'a1B'],
  ['trailing-', 'trailing'],
  ['new', 'newProjection'],
])('%s is exported as %s', (name, variable) => {
  const { files, entry, spec } = exampleOf(name, 'jest');
  expect(files.get(entry)).toContain(`export const ${variable} = defineProjection({\n  name: '${name}',`);
  expect(files.get(spec)).toContain(`import { ${variable} } from './${entry}';`);
});
