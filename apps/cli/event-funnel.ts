import type { Command } from 'commander';
import { orders, type EventFunnelQuery } from '../../libs/event-funnel/index.ts';
import type { MetricQuery } from '../../libs/metrics/define.ts';
import { UsageError } from './exit.ts';
import { listed } from './options.ts';

/** What a funnel of events is asked by, besides what other metrics take. */
export interface EventOptions {
  readonly events?: readonly string[];
  readonly order?: string;
  /** Text for events, a number of days for stages. */
  readonly within?: string | number;
  readonly grain?: string;
}

export const addEventOptions = (command: Command): Command =>
  command
    .option('--events <types>', 'the funnel of these events, with commas between, instead of stages', listed)
    .option('--order <order>', `with --events: ${orders.join(', ')}`);

/** Takes `30m`, `12h` and `7d` as they are; what else it is given, the other parser reads. */
export const windowOr =
  (read: (text: string) => number) =>
  (text: string): string | number =>
    /^\d+[mhd]$/.test(text) ? text : read(text);

/** The question about events that the options put; null where they put none. @throws UsageError */
export const eventQueryOf = (
  metric: string,
  { events, order, within, grain }: EventOptions,
  { by, where, from, to }: Pick<MetricQuery, 'by' | 'where' | 'from' | 'to'>,
): EventFunnelQuery | null => {
  if (events === undefined) {
    if (order !== undefined) throw new UsageError('--order goes with --events');
    if (typeof within === 'string')
      throw new UsageError(`--within ${within} goes with --events; without, it is a number of days`);
    return null;
  }
  if (metric !== 'funnel') throw new UsageError(`${metric} has no --events; that is for funnel`);
  if (grain !== undefined) throw new UsageError('--grain and --events can\u2019t both be had; leave one out');
  return {
    events,
    by,
    where,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(order === undefined ? {} : { order }),
    ...(within === undefined ? {} : { within: String(within) }),
  };
};
