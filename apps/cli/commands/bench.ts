import type { Cli, CommonOptions } from '../cli.ts';
import { exit, UsageError } from '../exit.ts';
import { print, say, untilAborted } from '../terminal.ts';

interface BenchOptions extends CommonOptions {
  readonly quick?: boolean;
  readonly record?: string;
}

const help = `
Examples:
  $ leadfold bench
  $ leadfold bench append-one import --quick
  $ leadfold bench --json > results.json

Each is measured beside a bare loop over SQLite and JSON in the same run; the ratio is what counts, as machines differ.
Benchmarks work in a temporary folder of their own, never in the data folder.`;

/** `leadfold bench [NAME…]`. */
export const addBench = (cli: Cli): void => {
  const { program, terminal } = cli;
  program
    .command('bench')
    .description('measures Leadfold beside bare loops that do the same work')
    .argument('[names...]', 'which ones; all of them where left out')
    .option('--quick', 'short runs, to see that they work')
    .option('--record <folder>', 'write the results there as well, a file for each')
    .addHelpText('after', help)
    .action(
      cli.action(async (names: readonly string[], { json = false, quick = false, record }: BenchOptions) => {
        const { benchmarkNames, runBenchmarks } = await import('../../../bench/run.ts');
        const known = benchmarkNames();
        const odd = names.find(name => !known.includes(name));
        if (odd !== undefined)
          throw new UsageError(`there is no benchmark "${odd}"; there are: ${known.join(', ')}`);
        const texts: string[] = [];
        const running = runBenchmarks(names, {
          json,
          quick,
          ...(record === undefined ? {} : { record }),
          log: line => say(terminal, line),
          print: text => void texts.push(text),
        });
        await Promise.race([running, untilAborted(terminal)]);
        if (terminal.signal.aborted) return exit.stopped;
        for (const text of texts) await print(terminal, text);
        return exit.done;
      }),
    );
};
