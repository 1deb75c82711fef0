import type { Workspace } from './workspace.ts';

/** Days and months of instants in the workspace's time zone. Instants are epoch ms; days `YYYY-MM-DD`; months `YYYY-MM`. */
export interface Calendar {
  /** IANA name. */
  readonly zone: string;
  day(instant: number): string;
  month(instant: number): string;
  /** Whole calendar days from one day to another; negative when `to` is earlier. */
  daysBetween(from: string, to: string): number;
  /** The first instant of a day, epoch ms. */
  startOf(day: string): number;
}

/** What the functions of a projection may look at besides state and event. */
export interface Context {
  readonly calendar: Calendar;
  readonly workspace: Workspace;
  /** A query's parameters (`within: 30`), empty while the read model is kept. */
  readonly params: Readonly<Record<string, number>>;
}
