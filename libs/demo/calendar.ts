import { dayFactors, growth, hourFactors, monthFactors } from './business.ts';
import type { Random } from './random.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The same date and time a year before (29 February becomes 1 March). Epoch ms. */
export const yearBefore = (end: number): number => {
  const date = new Date(end);
  return date.setUTCFullYear(date.getUTCFullYear() - 1);
};

const midnight = (instant: number): number => Math.floor(instant / day) * day;

/** Instants between `from` and `end` at which a small business hears from people: by season, weekday and hour. */
export const arrivals = (from: number, end: number): ((random: Random) => number) => {
  const days: (readonly [value: number, weight: number])[] = [];
  for (let start = midnight(from); start < end; start += day) {
    const date = new Date(start);
    const season = monthFactors[date.getUTCMonth()] ?? 1;
    const weekday = dayFactors[date.getUTCDay()] ?? 1;
    days.push([start, season * weekday * (1 + (growth * (start - from)) / (end - from))]);
  }
  return random => {
    for (;;) {
      const instant = random.weighted(days) + timeOfDay(random);
      if (instant >= from && instant < end) return instant;
    }
  };
};

const hours = hourFactors.map((weight, index) => [index * hour, weight] as const);
const workingHours = hours.slice(7, 17);

const timeOfDay = (random: Random): number => random.weighted(hours) + random.int(0, hour - 1);

/** A moment in working hours, Monday to Friday, about `days` days after an instant and at least twenty minutes after it. Epoch ms. */
export const workday = (random: Random, after: number, days: number): number => {
  let start = midnight(after + days * day);
  while ([0, 6].includes(new Date(start).getUTCDay())) start += day;
  const instant = start + random.weighted(workingHours) + random.int(0, hour - 1);
  return instant > after + 20 * minute ? instant : after + random.int(20, 90) * minute;
};

/** The first Tuesdays of the months between two instants, 09:00 UTC. Epoch ms. */
export const firstTuesdays = (from: number, end: number): readonly number[] => {
  const tuesdays: number[] = [];
  const date = new Date(from);
  for (let month = 0; ; month++) {
    const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + month, 1, 9);
    const tuesday = first + ((9 - new Date(first).getUTCDay()) % 7) * day;
    if (tuesday >= end) return tuesdays;
    if (tuesday > from) tuesdays.push(tuesday);
  }
};
