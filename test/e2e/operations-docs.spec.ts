import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../apps/cli/program.ts';
import { fakeTerminal } from '../../apps/cli/testing.ts';
import { parseSettings, roles } from '../../libs/engine/index.ts';
import { startServer, type Harness } from './http-server.ts';

const page = readFileSync('docs/operations.md', 'utf8');
const readme = readFileSync('README.md', 'utf8');

let server: Harness;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** The settings that there are, as the refusal of another one names them. */
const settings = (): readonly string[] => {
  try {
    parseSettings({ LEADFOLD_NOSUCH: '1' });
    return [];
  } catch (error) {
    return (error as Error).message.split('settings are ')[1]!.split(', ');
  }
};

describe('the settings in the README', () => {
  it('are those that there are', () => {
    const rows = readme.split('\n').filter(line => line.startsWith('| `LEADFOLD_'));
    const named = rows.flatMap(row =>
      [...row.split('|')[1]!.matchAll(/LEADFOLD_[A-Z_]+/g)].map(([name]) => name),
    );
    expect(named.sort()).toEqual([...settings()].sort());
  });
});

describe('the page about operations', () => {
  it('names settings, roles and commands that there are', () => {
    const named = new Set([...page.matchAll(/LEADFOLD_[A-Z_]+/g)].map(([name]) => name));
    expect([...named].filter(name => !settings().includes(name))).toEqual([]);
    for (const role of roles) expect(page).toContain(`\n| \`${role}\``);
    const { command } = createProgram(fakeTerminal());
    const known = new Map(command.commands.map(one => [one.name(), one.commands.map(each => each.name())]));
    const said = [...page.matchAll(/(?:\$ |`)(?:[A-Z_]+=\S+ )*leadfold ([a-z]+)(?: ([a-z]+))?/g)];
    expect(said.length).toBeGreaterThan(10);
    for (const [, name = '', sub] of said) {
      expect([...known.keys()]).toContain(name);
      if (sub !== undefined && (known.get(name) ?? []).length > 0) expect(known.get(name)).toContain(sub);
    }
  });

  it('names measurements that there are', async () => {
    const { text } = await server.get('/metrics');
    const measured = [...text.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name!);
    const named = [...page.matchAll(/\b(?:leadfold|http|process)_[a-z_]*[a-z]/g)].map(([name]) =>
      name.replace(/_(count|sum|bucket)$/, ''),
    );
    expect(new Set(named).size).toBeGreaterThan(7);
    expect(named.filter(name => !measured.includes(name))).toEqual([]);
    const ours = measured.filter(name => name.startsWith('leadfold_'));
    expect(ours.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('leads to pages and places that there are', () => {
    for (const [, link = ''] of page.matchAll(/\]\(([^)]+)\)/g)) {
      const [file = '', place] = link.split('#');
      const target = join('docs', file);
      expect([link, existsSync(target)]).toEqual([link, true]);
      if (place !== undefined) expect(headingsOf(target)).toContain(place);
    }
    for (const [, place] of readme.matchAll(/docs\/operations\.md#([a-z-]+)/g))
      expect(headingsOf('docs/operations.md')).toContain(place);
  });
});

const headingsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z ]/g, '')
      .replaceAll(' ', '-'),
  );
