import { RuleViolation } from '../domain/errors.ts';
import type { RawRow } from './csv.ts';
import { RowError } from './define.ts';

/** Rows of a group that are at fault themselves. */
export type Faults = ReadonlyMap<RawRow, RowError>;

export const noFaults: Faults = new Map();

export interface Reason {
  readonly raw: RawRow;
  readonly column: string | null;
  readonly reason: string;
}

/** Lines that a reason names. */
const namedLines = 10;

/**
 * Why each row of a refused group is refused: rows at fault by their own fault, the others for the first of these; where none is at
 * fault, all for the group's.
 */
export const reasonsOf = (raws: readonly RawRow[], error: RowError, faults: Faults): readonly Reason[] => {
  const { column, message } = error;
  if (raws.length === 1 && faults.size === 0) return raws.map(raw => ({ raw, column, reason: message }));
  const [first] = faults;
  const shared =
    first === undefined
      ? { column, reason: `${message} (${linesOf(raws)})` }
      : { column: null, reason: `refused with line ${first[0].line}, to which it belongs` };
  return raws.map(raw => {
    const own = faults.get(raw);
    return own === undefined ? { raw, ...shared } : { raw, column: own.column, reason: own.message };
  });
};

const linesOf = (raws: readonly RawRow[]): string => {
  const lines = raws.map(({ line }) => line);
  const more = lines.length - namedLines;
  return `lines ${lines.slice(0, namedLines).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The refusal that an error of a row means. @throws any other error */
export const refusalOf = (error: unknown): RowError => {
  if (error instanceof RowError) return error;
  if (error instanceof RuleViolation) return new RowError(null, `${error.rule}: ${error.message}`);
  throw error;
};
