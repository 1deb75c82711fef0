import { basename } from 'node:path';
import type { ImportProgress } from '../../../libs/importing/index.ts';
import { count } from './values.ts';

/** A step of an import as a bar shows it. */
export interface ImportStep {
  /** kB, as `total`. */
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

/** How far an import is in a file. Where rows are put aside first, reading them is half of the work and taking them the other. */
export const importStep = ({
  file,
  rows,
  refused,
  bytesRead,
  bytesTotal,
  aside,
}: ImportProgress): ImportStep => {
  const waiting = aside === undefined ? 0 : aside.rows - aside.taken;
  const odd = refused === 0 ? '' : `, ${count(refused)} refused`;
  const left = waiting === 0 ? '' : `, ${count(waiting)} of them to be grouped`;
  const share = aside === undefined || aside.rows === 0 ? 1 : (1 + aside.taken / aside.rows) / 2;
  return {
    done: Math.ceil((bytesRead / 1_000) * share),
    total: Math.ceil(bytesTotal / 1_000),
    note: `${basename(file)}: ${count(rows + waiting)} rows${left}${odd}`,
  };
};
