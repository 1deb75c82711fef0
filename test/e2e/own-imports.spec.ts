import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { eventsIn, leadfold, newFolder, type Ended } from './cli-child.ts';
import { touchpointLib, views, viewsImport, written } from './definitions-files.ts';

jest.setTimeout(60_000);

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
/** A folder of its own, with a definition, and what an import by it says. */
const run = async (
  files: Readonly<Record<string, string>>,
  csv: string,
  ...more: readonly string[]
): Promise<Ended & { readonly data: string; readonly again: (csv: string) => Promise<Ended> }> => {
  const place = join(folder, `case ${number++}`);
  const data = join(place, 'data');
  const definition = written(place, files);
  const importing = (text: string): Promise<Ended> =>
    leadfold(['import', written(place, { 'views.csv': text }), '--as', definition, '--data', data, ...more]);
  return { ...(await importing(csv)), data, again: importing };
};
const whole = { 'views.import.ts': viewsImport, 'lib/touchpoint.ts': touchpointLib };

describe('an import by a definition of one\u2019s own', () => {
  it('takes the rows, and takes them once', async () => {
    const csv = views(['ann', '/'], ['bob', '/'], ['ann', 'refuse']);
    const { code, data, err, again } = await run(whole, csv);
    expect([code, eventsIn(data)]).toEqual([0, 2]);
    expect(err).toContain('not a page of ours');
    expect((await again(csv)).code).toBe(0);
    expect(eventsIn(data)).toBe(2);
  });

  it('may be JavaScript, below a package.json that says otherwise', async () => {
    const javascript = viewsImport
      .replace(', type Row', '')
      .replace(': Row', '')
      .replace(': string', '')
      .replace('touchpoint.ts', 'touchpoint.js')
      .replaceAll(/ as (never|\{ x: never \})/g, '');
    const { code, data } = await run(
      {
        'views.import.js': javascript,
        'lib/touchpoint.js': touchpointLib.replaceAll(': string', ''),
        'package.json': '{ "type": "commonjs" }',
      },
      views(['ann', '/']),
    );
    expect([code, eventsIn(data)]).toEqual([0, 1]);
  });

  it('stops at an error of its code, with file, line and row; mended, it goes on', async () => {
    const good = views(['ann', '/'], ['bob', '/']);
    const { code, err, data, again } = await run(whole, `${good}eve,99,fail,2026-01-31\n`);
    expect(code).toBe(1);
    expect(err).toMatch(/TypeError: .* \(views\.import\.ts:\d+:\d+\), at line 4 of .*views\.csv/);
    expect(err).toContain('run again, nothing is lost');
    expect(eventsIn(data)).toBe(2);
    expect((await again(`${good}eve,99,/,2026-01-31\n`)).code).toBe(0);
    expect(eventsIn(data)).toBe(3);
  });

  it('is ended where its code never comes back, naming it', async () => {
    const { code, err } = await run(
      { ...whole, 'views.import.ts': `for (;;);\n${viewsImport}` },
      views(['ann', '/']),
    );
    expect(code).not.toBe(0);
    expect(err).toMatch(/views\.import\.ts did not come back within 10 s; the import was ended/);
  });

  it.each([
    ['throws while it is loaded', `throw new Error('out of order');`, 'out of order'],
    ['exports nothing', 'export const x = 1;', 'exports no definition'],
    ['breaks a rule', viewsImport.replace("source: 'views'", "source: 'No Name'"), 'is no source name'],
    ['imports what is missing', viewsImport.replace('./lib/', './gone/'), 'touchpoint.ts'],
  ])('is refused when it %s', async (_, text, sentence) => {
    const { code, err } = await run({ ...whole, 'views.import.ts': text }, views(['ann', '/']));
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(err).toContain('views.import.ts');
  });

  it('that isn\u2019t there is named', async () => {
    const { code, err } = await leadfold(['import', 'x.csv', '--as', './none.import.ts', '--data', folder]);
    expect([code, err]).toEqual([1, expect.stringContaining('none.import.ts')]);
  });
});
