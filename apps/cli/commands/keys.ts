import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  appendEntry,
  entryOf,
  faultOfName,
  InvalidKeys,
  isScope,
  newKey,
  scopes,
  type ApiKey,
  type Scope,
} from '../../../libs/access/index.ts';
import { settingsOf, type Cli, type CommonOptions } from '../cli.ts';
import { CommandFailed, exit, type ExitCode } from '../exit.ts';
import { listed } from '../options.ts';
import { renderJson } from '../output/json.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';
import { renderTable } from '../output/table.ts';
import { print, say } from '../terminal.ts';

const help = `
Examples:
  $ leadfold keys new --name reports --scope read
  $ leadfold keys new --name shop --scope read,write --file /etc/leadfold/keys
  $ LEADFOLD_API_KEYS=@/etc/leadfold/keys leadfold keys list

read asks, write commands, admin may do everything. The server is given entries, which hold no key but its hash: in
LEADFOLD_API_KEYS, with commas between, or in a file, one a line, that LEADFOLD_API_KEYS names after an @. A running
server takes up a changed file by itself.`;

interface NewOptions {
  readonly name: string;
  readonly scope: readonly Scope[];
  readonly file?: string;
}

/** `leadfold keys`: who may use the API. */
export const addKeys = (cli: Cli): void => {
  const group = cli.program
    .command('keys')
    .description('makes API keys, and shows those of the settings')
    .addHelpText('after', help);
  addNew(cli, group);
  group
    .command('list', { isDefault: true })
    .description('names and scopes of the keys that LEADFOLD_API_KEYS holds')
    .option('--csv', 'print CSV instead')
    .action(
      cli.action(async (options: CommonOptions & Format) => {
        const { apiKeys } = await settingsOf(cli, options);
        return list(cli, options, apiKeys?.keys ?? []);
      }),
    );
};

const addNew = (cli: Cli, group: Command): void => {
  group
    .command('new')
    .description('makes a key, prints it once, and the entry by which a server knows it')
    .requiredOption('--name <name>', 'whose it is; events that it appends have this as actor', keyName)
    .addOption(
      new Option('--scope <scopes>', `${scopes.join(', ')}; several with commas between`)
        .argParser(scopeList)
        .makeOptionMandatory(),
    )
    .option('--file <file>', 'append the entry to this file, which is made where it is missing (mode 0600)')
    .action(cli.action((options: NewOptions) => create(cli, options)));
};

const keyName = (text: string): string => {
  const fault = faultOfName(text);
  if (fault !== null) throw new InvalidArgumentError(`It ${fault}.`);
  return text;
};

const scopeList = (text: string, before: readonly Scope[] = []): readonly Scope[] => {
  const given = listed(text);
  if (!given.every(isScope)) throw new InvalidArgumentError(`It is one of ${scopes.join(', ')}.`);
  return [...new Set([...before, ...given])];
};

const create = async (
  { terminal }: Cli,
  { name, scope, file, json }: NewOptions & { readonly json?: boolean },
): Promise<ExitCode> => {
  const key = newKey();
  const entry = entryOf(name, scope, key);
  if (file !== undefined) append(file, entry);
  if (json === true) await print(terminal, renderJson({ name, scopes: scope, key, entry }));
  else await print(terminal, file === undefined ? `key    ${key}\nentry  ${entry}` : key);
  const where =
    file === undefined
      ? 'give the server the entry, in LEADFOLD_API_KEYS or in a file that it names'
      : `its entry is in ${file}`;
  say(terminal, `the key is shown this once; ${where}`);
  return exit.done;
};

const append = (file: string, entry: string): void => {
  try {
    appendEntry(file, entry);
  } catch (error) {
    throw error instanceof InvalidKeys ? new CommandFailed(`${file}: ${error.message}`) : error;
  }
};

const list = async ({ terminal }: Cli, options: Format, keys: readonly ApiKey[]): Promise<ExitCode> => {
  checkFormat(options);
  const rows = keys.map(({ name, scopes: given }) => ({ name, scopes: [...given].join(' ') }));
  await printResult(terminal, options, {
    document: keys.map(({ name, scopes: given }) => ({ name, scopes: [...given] })),
    rows,
    table: width =>
      renderTable(
        {
          columns: [{ title: 'name', whole: true }, { title: 'scopes' }],
          rows: rows.map(row => [row.name, row.scopes]),
        },
        width,
      ),
    empty: 'the settings hold no API keys; a server without them listens on loopback alone',
  });
  return exit.done;
};
