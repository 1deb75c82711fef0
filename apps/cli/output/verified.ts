import type { Difference } from '../../../libs/projecting/port.ts';
import { renderTable } from './table.ts';
import { printable } from './text.ts';
import { count } from './values.ts';

/** What a look at the log and the read models found. */
export interface Verified {
  /** Position of the log's end. */
  readonly position: number;
  /** Whether that is the number of its events, as in the embedded log. */
  readonly counted: boolean;
  /** Read models that were compared. */
  readonly projections: readonly string[];
  /** Faults of the log, a sentence each. */
  readonly log: readonly string[];
  readonly differences: readonly Difference[];
}

/** That all is well. */
export const soundSentence = ({ position, counted, projections }: Verified): string =>
  `ok: the log\u2019s ${counted ? `${count(position)} events` : `events up to position ${count(position)}`} are sound; ${projections.join(', ')}: exactly their fold`;

/** Everything that is not as it should be. */
export const differenceList = ({ log, differences }: Verified, width: number | null): string => {
  const faults = log.map(fault => `log: ${printable(fault)}`);
  if (differences.length === 0) return faults.join('\n');
  const columns = ['read model', 'what', 'key', 'stored', 'folded'].map(title => ({ title }));
  const rows = differences.map(({ projection, what, key, stored, folded }) => [
    projection,
    what,
    ...[key, JSON.stringify(stored), JSON.stringify(folded)].map(printable),
  ]);
  return [...faults, renderTable({ columns, rows }, width)].join('\n');
};

/** How much is wrong, and what to do about it. */
export const verdict = ({ log, differences }: Verified): string => {
  const names = [...new Set(differences.map(({ projection }) => projection))];
  const anew = names.map(name => `\`leadfold projections rebuild ${name}\``).join(', ');
  return [
    ...(log.length > 0 ? [`faults in the log: ${count(log.length)}; restore it from a backup`] : []),
    ...(names.length > 0
      ? [`${count(differences.length)} differences in ${names.join(', ')}; made anew by ${anew}`]
      : []),
  ].join('\n');
};
