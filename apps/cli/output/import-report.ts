import { basename } from 'node:path';
import type { ImportReport } from '../../../libs/importing/index.ts';
import { renderTable } from './table.ts';
import { printable } from './text.ts';
import { count } from './values.ts';

const counts = ['rows', 'appended', 'duplicates', 'ignored', 'refused'] as const;

/** Rows and events of each file, and in all where there are several. Folders are left out where names tell files apart. */
export const importTable = ({ files, total }: ImportReport, width: number | null): string => {
  const names = files.map(({ file }) => basename(file));
  const apart = new Set(names).size === names.length;
  const lines = files.length > 1 ? [...files, { file: 'total', kind: '', ...total }] : files;
  return renderTable(
    {
      columns: [{ title: 'file' }, { title: 'kind' }, ...counts.map(title => ({ title, numeric: true }))],
      rows: lines.map(line => [
        printable(apart ? basename(line.file) : line.file),
        line.kind,
        ...counts.map(name => count(line[name])),
      ]),
    },
    width,
  );
};

/** Refused rows that are named one by one. */
const named = 10;

/** What a person should know besides the numbers. */
export const importNotes = (report: ImportReport, rejects: string | undefined): readonly string[] => {
  const { refused, total, aborted, dryRun, batchId, seconds } = report;
  const lines = refused.slice(0, named).map(({ file, line, column, reason }) => {
    const where = column === null ? '' : `${column}: `;
    return printable(`refused ${file}:${line}: ${where}${reason}`);
  });
  const more = total.refused - lines.length;
  const where = rejects === undefined ? '; --rejects FILE writes them all' : `; all are in ${rejects}`;
  return [
    ...lines,
    ...(more > 0 ? [`and ${count(more)} more refused${where}`] : []),
    ...(more === 0 && lines.length > 0 && rejects !== undefined ? [`refused rows are in ${rejects}`] : []),
    ...(aborted
      ? ['stopped before the end; what was appended stays, and the same command goes on from there']
      : []),
    dryRun
      ? 'dry run: nothing was appended'
      : `${count(total.appended)} events appended in ${seconds.toFixed(1)} s, batch ${batchId}`,
  ];
};
