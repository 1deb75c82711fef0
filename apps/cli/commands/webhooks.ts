import type { Command } from 'commander';
import type { Engine } from '../../../libs/engine/port.ts';
import { settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { makeFolder, requireLog } from '../data-folder.ts';
import { CommandFailed, exit, UsageError, type ExitCode } from '../exit.ts';
import { filled, listed, whole } from '../options.ts';
import { renderJson } from '../output/json.ts';
import { checkFormat, printResult, type Format } from '../output/result.ts';
import { deliveryRow, deliveryTable, webhookRow, webhookTable } from '../output/webhook-tables.ts';
import { print, say } from '../terminal.ts';

const help = `
Examples:
  $ leadfold webhooks
  $ leadfold webhooks add https://hooks.example.org/leadfold --id crm --types leadfold.lead.qualified,leadfold.opportunity.won
  $ leadfold webhooks deliveries crm --status failed
  $ leadfold webhooks redeliver crm 0199c2a4-6f0e-7d63-9d37-0c61a3a0b1f2
  $ leadfold webhooks disable crm

A server with the role relay delivers; it takes up what is said here within a second.`;

const context = (command: string) => ({ command, actor: 'cli' });

/** `leadfold webhooks`: who is told of lifecycle events, and how that goes. */
export const addWebhooks = (cli: Cli): void => {
  const group = cli.program
    .command('webhooks')
    .description('shows and changes webhooks, their deliveries and attempts')
    .addHelpText('after', help);
  group
    .command('list', { isDefault: true })
    .description('all webhooks, and why one is disabled')
    .option('--csv', 'print CSV instead')
    .action(cli.action((options: CommonOptions & Format) => open(cli, options, list(cli, options))));
  addAdding(cli, group);
  addChanges(cli, group);
  addDeliveries(cli, group);
};

const open = async (
  cli: Cli,
  options: CommonOptions & Format,
  work: (engine: Engine) => Promise<ExitCode>,
): Promise<ExitCode> => {
  checkFormat(options);
  const settings = await settingsOf(cli, options);
  await requireLog(settings);
  return withEngine(settings, work);
};

const list =
  (cli: Cli, options: Format) =>
  async ({ lifecycle }: Engine): Promise<ExitCode> => {
    const webhooks = [...(await lifecycle.webhooks.registry.current()).values()];
    const rows = webhooks.map(webhookRow);
    await printResult(cli.terminal, options, {
      document: rows,
      rows: rows.map(row => ({ ...row, types: row.types.join(' ') })),
      table: width => webhookTable(webhooks, width),
      empty: 'there are no webhooks; add one: leadfold webhooks add URL --types TYPES',
    });
    return exit.done;
  };

interface AddOptions extends CommonOptions {
  readonly id?: string;
  readonly types: readonly string[];
}

const addAdding = (cli: Cli, group: Command): void => {
  group
    .command('add')
    .description('registers an address, and prints the secret that signs its deliveries, once')
    .argument('<url>', 'where to post to: https, on the public internet', filled)
    .requiredOption('--types <types>', 'types of lifecycle event, with commas between', listed)
    .option('--id <id>', 'an id of your own', filled)
    .action(
      cli.action(async (url: string, options: AddOptions) => {
        const settings = await settingsOf(cli, options);
        await makeFolder(settings);
        return withEngine(settings, async ({ lifecycle }) => {
          const { id, types } = options;
          const command = { url, types, ...(id === undefined ? {} : { id }) };
          const made = await lifecycle.webhooks.commands.register(command, context('registerWebhook'));
          return showSecret(cli, options, made);
        });
      }),
    );
};

const showSecret = async (
  { terminal }: Cli,
  { json }: Format,
  { id, secret }: { readonly id: string; readonly secret: string },
): Promise<ExitCode> => {
  await print(terminal, json === true ? renderJson({ id, secret }) : secret);
  say(terminal, `the secret of ${id} is shown this once`);
  return exit.done;
};

const addChanges = (cli: Cli, group: Command): void => {
  const act = (
    verb: string,
    description: string,
    work: (engine: Engine, id: string, options: CommonOptions) => Promise<ExitCode>,
  ): void => {
    group
      .command(verb)
      .description(description)
      .argument('<id>', 'of the webhook')
      .action(
        cli.action((id: string, options: CommonOptions) =>
          open(cli, options, engine => work(engine, id, options)),
        ),
      );
  };
  const become = (status: 'active' | 'disabled', done: string) => async (engine: Engine, id: string) => {
    await engine.lifecycle.webhooks.commands.change({ id, status }, context('changeWebhook'));
    say(cli.terminal, `${id} ${done}`);
    return exit.done;
  };
  act('disable', 'delivers nothing more, until it is enabled', become('disabled', 'is disabled'));
  act('enable', 'goes on where it stood', become('active', 'is active; what it missed is delivered'));
  act('remove', 'forgets it, and what was not delivered', async ({ lifecycle }, id) => {
    await lifecycle.webhooks.commands.remove(id, context('deleteWebhook'));
    say(cli.terminal, `${id} is removed`);
    return exit.done;
  });
  act('rotate-secret', 'replaces its secret; for a day, both sign', async ({ lifecycle }, id, options) =>
    showSecret(
      cli,
      options,
      await lifecycle.webhooks.commands.rotateSecret(id, context('rotateWebhookSecret')),
    ),
  );
};

const statuses = ['pending', 'delivered', 'failed'] as const;

interface DeliveriesOptions extends CommonOptions, Format {
  readonly status?: string;
  readonly limit: number;
}

const addDeliveries = (cli: Cli, group: Command): void => {
  group
    .command('deliveries')
    .description('the latest deliveries, and how the last attempt at each ended; --json has every attempt')
    .argument('<id>', 'of the webhook')
    .option('--status <status>', statuses.join(', '))
    .option('--limit <number>', 'at most so many', whole(1, 1_000), 20)
    .option('--csv', 'print CSV instead')
    .action(
      cli.action((id: string, options: DeliveriesOptions) =>
        open(cli, options, async ({ lifecycle }) => {
          const status = statuses.find(each => each === options.status);
          if (options.status !== undefined && status === undefined)
            throw new UsageError(`there is no status "${options.status}"; there are ${statuses.join(', ')}`);
          await known(lifecycle.webhooks, id);
          const { limit } = options;
          const query = status === undefined ? { limit } : { limit, status };
          const { deliveries } = await lifecycle.webhooks.deliveries.list(id, query);
          await printResult(cli.terminal, options, {
            document: deliveries.map(each => ({ ...deliveryRow(each), attempts: each.attempts })),
            rows: deliveries.map(deliveryRow),
            table: width => deliveryTable(deliveries, width),
            empty: 'there are no such deliveries',
          });
          return exit.done;
        }),
      ),
    );
  group
    .command('redeliver')
    .description('asks for another attempt at a delivery, whatever became of it')
    .argument('<id>', 'of the webhook')
    .argument('<delivery>', 'its id')
    .action(
      cli.action((id: string, delivery: string, options: CommonOptions) =>
        open(cli, options, async ({ lifecycle, clock }) => {
          await known(lifecycle.webhooks, id);
          const asked = await lifecycle.webhooks.deliveries.ask(id, delivery, clock());
          if (asked === null) throw new CommandFailed(`there is no delivery ${delivery} to ${id}`);
          say(cli.terminal, 'asked for; a server with the role relay makes the attempt');
          return exit.done;
        }),
      ),
    );
};

/** @throws CommandFailed where there is no such webhook */
const known = async ({ registry }: Engine['lifecycle']['webhooks'], id: string): Promise<void> => {
  if (!(await registry.current()).has(id))
    throw new CommandFailed(`there is no webhook ${id}; leadfold webhooks shows those that there are`);
};
