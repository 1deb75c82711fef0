/** A cursor for a place in the log: opaque, so that clients don't compute with it. */
export const encodeCursor = (position: number): string =>
  Buffer.from(`after:${position}`).toString('base64url');

/** The position of a cursor; null when `encodeCursor` has not made it. */
export const decodeCursor = (cursor: string): number | null => {
  const digits = /^after:(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  const position = digits === undefined ? NaN : Number(digits);
  return Number.isSafeInteger(position) && encodeCursor(position) === cursor ? position : null;
};
