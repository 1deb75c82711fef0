import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { readFileSync, readdirSync } from 'node:fs';
import { createProgram } from './program.ts';
import { run } from './run.ts';
import { fakeTerminal } from './testing.ts';

/** All commands, each with the words that lead to it. */
const commandsOf = (
  command: Command,
  path: readonly string[] = [],
): readonly (readonly [Command, string])[] => [
  [command, path.join(' ')],
  ...command.commands.flatMap(own => commandsOf(own, [...path, own.name()])),
];
const all = commandsOf(createProgram(fakeTerminal()).command);
const leaves = all.filter(([command]) => command.commands.length === 0);

const helpOf = async (path: string): Promise<string> => {
  const terminal = fakeTerminal();
  expect(await run([...path.split(' ').filter(Boolean), '--help'], terminal)).toBe(0);
  return terminal.out();
};

/** The words of a line as a shell would hand them over; what another program takes over is left out. */
const wordsIn = (line: string): readonly string[] => {
  const own = line.replace(/ [|>].*$/, '').replace(/ {2,}.*$/, '');
  const words = (own.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => word.replaceAll(/["']/g, ''));
  return words.slice(words.indexOf('leadfold') + 1);
};

/** Lines that begin with a prompt, put together where they go on on the next. */
const examplesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *\$ ((?:[A-Z_]+=\S+ )*(?:npx )?leadfold\b.*(?:\n {2,}(?![$ ]).+)*)$/gm)].map(
    ([, line = '']) => line.replaceAll(/\\?\n\s+/g, ' '),
  );

/** Reads a command line without doing anything; answers the words of the command that would run, and its arguments. */
const readBy = async (words: readonly string[]): Promise<string> => {
  const { command: program } = createProgram(fakeTerminal());
  let found = '';
  for (const [command, path] of commandsOf(program))
    if (command.commands.length === 0 || path === 'projections') command.action(() => void (found = path));
  await program.parseAsync(words, { from: 'user' });
  return found;
};

describe('the command line', () => {
  it('has a sentence about every command, argument and option', () => {
    for (const [command, path] of all) {
      expect([path, command.description()]).toEqual([path, expect.stringMatching(/\w/)]);
      for (const { description, flags } of command.options)
        expect([path, flags, description]).toEqual([path, flags, expect.stringMatching(/\w/)]);
      for (const argument of command.registeredArguments)
        expect([path, argument.description]).toEqual([path, expect.stringMatching(/\w/)]);
    }
  });

  it('has no two commands or options of one name', () => {
    for (const [command, path] of all) {
      const names = command.commands.map(own => own.name());
      expect([path, new Set(names).size]).toEqual([path, names.length]);
      const flags = [...command.options, ...(command.parent?.options ?? [])].map(({ long }) => long);
      expect([path, new Set(flags).size]).toEqual([path, flags.length]);
    }
  });

  it.each(leaves.map(([, path]) => path))(
    '%s: its help names how it is called, and the common options',
    async path => {
      const text = await helpOf(path);
      expect(text).toMatch(new RegExp(`^Usage: leadfold ${path.replaceAll(' ', '(\\|\\w+)? ')}`));
      expect(text).toContain('--data <folder>');
      expect(text).toContain('--json');
    },
  );

  it('wraps help at the width of a terminal', async () => {
    const terminal = fakeTerminal({ tty: true });
    await run(['projections', 'cells', '--help'], terminal);
    // A word that is longer than the line stays whole.
    const long = terminal
      .out()
      .split('\n')
      .filter(line => line.length > 80);
    expect(long).toEqual([]);
  });
});

describe('an example that help shows', () => {
  const withExamples = ['', 'demo', 'import', 'query', 'events', 'explain', 'projections', 'verify'];

  it.each([
    ...withExamples,
    'webhooks',
    'log',
    'keys',
    'bench',
    'serve',
    'projections add',
    'projections cells',
  ])('of %j can be called as it stands', async path => {
    const examples = examplesIn(await helpOf(path));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const found = await readBy(wordsIn(example)).catch((error: unknown) => String(error));
      expect([example, found]).toEqual([example, expect.stringMatching(/^[a-z]+( [a-z-]+)?$/)]);
    }
  });
});

describe('an example that a page shows', () => {
  const pages = [
    'README.md',
    ...readdirSync('docs')
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ];
  const shown = pages.flatMap(page =>
    examplesIn(readFileSync(page, 'utf8')).map(line => [page, line] as const),
  );

  it('is there, in several of them', () => {
    expect(shown.length).toBeGreaterThan(20);
    expect(new Set(shown.map(([page]) => page)).size).toBeGreaterThan(3);
  });

  it.each(shown)('%s: %s', async (_, line) => {
    expect(await readBy(wordsIn(line.replace(/ +#.*$/, '').replace(/ &$/, '')))).toMatch(/^[a-z]+/);
  });
});
