/** A value that an event stated, and when (epoch ms): what must be kept to judge a statement that comes late. */
export interface Stated<T> {
  readonly value: T;
  readonly at: number;
  /** Gives way to any statement that isn't weak, whenever that was made. */
  readonly weak?: true;
}

/** Of what is known and what is stated now, the earlier; of the same instant, the known. */
export const earliest = <T>(
  known: Stated<T> | undefined,
  value: T | undefined,
  at: number,
  weak = false,
): Stated<T> | undefined =>
  value === undefined || (known !== undefined && !(replaces(known, weak) ?? at < known.at))
    ? known
    : statement(value, at, weak);

/** Of what is known and what is stated now, the later; of the same instant, what is stated now. */
export const latest = <T>(
  known: Stated<T> | undefined,
  value: T | undefined,
  at: number,
  weak = false,
): Stated<T> | undefined =>
  value === undefined || (known !== undefined && !(replaces(known, weak) ?? at >= known.at))
    ? known
    : statement(value, at, weak);

/** Whether strength alone decides that the new statement replaces the known one; undefined when they are equally strong. */
const replaces = (known: Stated<unknown>, weak: boolean): boolean | undefined =>
  (known.weak ?? false) === weak ? undefined : !weak;

const statement = <T>(value: T, at: number, weak: boolean): Stated<T> =>
  weak ? { value, at, weak } : { value, at };
