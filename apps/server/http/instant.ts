const shape =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads an ISO 8601 instant with offset, strictly: `2018-03-01T09:30:00+01:00`. Answers epoch ms (digits beyond are cut
 * off), or null when it is none: no 30th of February, no 24:00, no leap second.
 */
export const parseInstant = (text: string): number | null => {
  const match = shape.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign = '+', oh = '0', om = '0'] =
    match;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(oh) > 14 || Number(om) > 59) return null;
  const local = new Date(0);
  // Date.UTC takes years below 100 for the 1900s; setUTCFullYear doesn't.
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  local.setUTCHours(
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, '0').slice(0, 3)),
  );
  const offset = (Number(oh) * 60 + Number(om)) * 60_000 * (sign === '+' ? 1 : -1);
  return local.getTime() - offset;
};

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export const isDayText = (text: string): boolean => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match !== null && isDay(Number(match[1]), Number(match[2]), Number(match[3]));
};

const isDay = (year: number, month: number, day: number): boolean => {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
};

/** An instant as answers show it: UTC, to the millisecond. */
export const formatInstant = (instant: number): string => new Date(instant).toISOString();
