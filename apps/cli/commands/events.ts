import { catalog } from '../../../libs/domain/catalog.ts';
import type { RecordedEvent } from '../../../libs/domain/event.ts';
import type { EventFilter, EventStore } from '../../../libs/event-store/port.ts';
import { doneUnlessStopped, settingsOf, withEngine, type Cli, type CommonOptions } from '../cli.ts';
import { requireLog } from '../data-folder.ts';
import { exit } from '../exit.ts';
import { filled, listed, whole } from '../options.ts';
import { toCsv } from '../../../libs/csv/to-csv.ts';
import { eventRow } from '../output/event-row.ts';
import { checkFormat, type Format } from '../output/result.ts';
import { printable } from '../output/text.ts';
import { print, say, type Terminal } from '../terminal.ts';

interface EventsOptions extends CommonOptions, Format {
  readonly lead?: string;
  readonly type?: readonly string[];
  readonly after: number;
  readonly limit?: number;
  readonly follow?: boolean;
}

const help = `
Examples:
  $ leadfold events | head
  $ leadfold events --lead demo-00042
  $ leadfold events --type LeadCaptured,OpportunityWon --follow
  $ leadfold events | jq -r .type | sort | uniq -c

Each line is a JSON document with the event's position in the log; --after takes it to go on from there.`;

/** `leadfold events`: the log itself, one JSON document a line. */
export const addEvents = (cli: Cli): void => {
  cli.program
    .command('events')
    .description('prints the log, one JSON document a line, oldest first')
    .option('--lead <id>', 'only what touches this lead', filled)
    .option('--type <types>', 'only these types, with commas between', listed)
    .option('--after <position>', 'only what comes after this position', whole(0), 0)
    .option('--limit <number>', 'at most so many', whole(1))
    .option('--csv', 'print CSV instead, data and metadata as JSON in a cell each')
    .option('--follow', 'go on with new events as they come, until Ctrl-C')
    .addHelpText('after', help)
    .action(
      cli.action(async (options: EventsOptions) => {
        checkFormat(options);
        const settings = await settingsOf(cli, options);
        await requireLog(settings);
        const odd = (options.type ?? []).filter(type => !catalog.has(type));
        if (odd.length > 0) say(cli.terminal, `no event type is called ${odd.map(printable).join(', ')}`);
        return withEngine(settings, async ({ events }) => {
          await printEvents(cli.terminal, events, options);
          return options.follow === true ? exit.done : doneUnlessStopped(cli.terminal);
        });
      }),
    );
};

const page = 1_000;

/** Pages as they are printed one after the other; of CSV only the first has headings. */
const renderer = ({ csv }: Format): ((events: readonly RecordedEvent[]) => string) => {
  if (csv !== true) return events => events.map(event => JSON.stringify(eventRow(event))).join('\n');
  let begun = false;
  return events => {
    // The same columns on every page.
    const text = toCsv(events.map(event => ({ ...eventRow(event), unreadable: event.unreadable }))).slice(
      0,
      -1,
    );
    const first = !begun;
    begun = true;
    return first ? text : text.slice(text.indexOf('\n') + 1);
  };
};

const printEvents = async (terminal: Terminal, events: EventStore, options: EventsOptions): Promise<void> => {
  const { signal } = terminal;
  const filter: EventFilter = {
    ...(options.lead === undefined ? {} : { leadId: options.lead }),
    ...(options.type === undefined ? {} : { types: options.type }),
  };
  const rendered = renderer(options);
  const bell = doorbell(events, signal);
  let after = options.after;
  let left = options.limit ?? Number.MAX_SAFE_INTEGER;
  try {
    while (!signal.aborted && left > 0) {
      const head = await events.head();
      const { events: found, next } = await events.find(filter, after, Math.min(page, left));
      if (found.length > 0) await print(terminal, rendered(found));
      left -= found.length;
      after = Math.max(next ?? Math.max(head, after), found.at(-1)?.position ?? 0);
      if (next !== null) continue;
      if (options.follow !== true) return;
      await bell.heard();
    }
  } finally {
    bell.close();
  }
};

/** Waits for the log's doorbell, and looks by itself every second in case that it was missed. */
const doorbell = (
  events: EventStore,
  signal: AbortSignal,
): { readonly heard: () => Promise<void>; readonly close: () => void } => {
  let rung = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    rung = true;
    wake();
  };
  const stop = events.onAppended(ring);
  signal.addEventListener('abort', ring);
  return {
    heard: async () => {
      if (!rung) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>(resolve => {
          wake = resolve;
          timer = setTimeout(resolve, 1_000);
        });
        clearTimeout(timer);
      }
      rung = false;
    },
    close: () => {
      stop();
      signal.removeEventListener('abort', ring);
    },
  };
};
