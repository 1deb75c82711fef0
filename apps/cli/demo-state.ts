import { countsEvents, logName } from './log-places.ts';
import { demoOf, makeHistory, noted, type DemoOptions, type Step } from '../../libs/demo/index.ts';
import type { Engine } from '../../libs/engine/port.ts';

/** Whether a demo may be written to a log, and what of it is missing. */
export type DemoState =
  | {
      readonly kind: 'open';
      readonly demo: DemoOptions;
      readonly steps: readonly Step[];
      readonly resumed: boolean;
    }
  | { readonly kind: 'taken'; readonly sentence: string };

const page = 5_000;
const dayMs = 86_400_000;

/**
 * Looks at the log: an empty one takes the whole demo, up to the last midnight (UTC); one that a demo of the same leads and seed has
 * begun takes the rest of that; any other is taken.
 *
 * @throws CommandFailed when the workspace has not the stages that the demo moves leads through
 */
export const demoState = async (
  { events, clock, settings }: Engine,
  { leads, seed }: { readonly leads: number; readonly seed: string },
): Promise<DemoState> => {
  const [first] = await events.readAll(0, 1);
  if (first === undefined) {
    const end = new Date(Math.floor(clock() / dayMs) * dayMs);
    const demo = { leads, seed, end };
    return { kind: 'open', demo, steps: makeHistory(demo).steps, resumed: false };
  }
  const head = await events.head();
  const taken = (what: string): DemoState => ({
    kind: 'taken',
    sentence: `${logName(settings)} holds ${what}`,
  });
  const demo = demoOf(first);
  if (demo === null) return taken(countsEvents({ settings }) ? `${head} events already` : 'events already');
  const name = `the demo of ${demo.leads} leads, seed ${demo.seed}`;
  if (demo.leads !== leads || demo.seed !== seed) return taken(`${name}, already`);
  const done = noted();
  for (let position = 0; ;) {
    const found = await events.readAll(position, page);
    for (const event of found) done.add(event);
    position = found.at(-1)?.position ?? position;
    if (found.length < page) break;
  }
  const steps = makeHistory(demo).steps.filter(step => !done.has(step));
  return steps.length === 0 ? taken(`${name}, already`) : { kind: 'open', demo, steps, resumed: true };
};
