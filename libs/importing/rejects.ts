import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { RawRow } from './csv.ts';
import type { ImportDefinition } from './define.ts';
import { ImportRefused } from './errors.ts';
import { refusedHeader, refusedMember } from './refused-file.ts';
import type { RefusedRow } from './report.ts';

export interface Rejected extends RefusedRow {
  readonly raw: RawRow;
}

/** Where refused rows are written to. */
export interface Rejects {
  write(rows: readonly Rejected[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * A file of refused rows in the source's format: line, reason (and file, when there are several), then the columns as they
 * stand there, of CSV those of all the files. Mended, it can be imported as it is where it is of one kind (`markedCsv`,
 * `markedNdjson`), so it has the source's delimiter. Readable by its owner only, because rows hold personal data. What the path held
 * before is gone.
 *
 * @throws ImportRefused when it can't be written or is one of the files to read
 */
export const openRejects = async (
  path: string,
  files: readonly string[],
  columns: readonly string[],
  { format, delimiter = ',', encoding = 'utf8' }: Pick<ImportDefinition, 'format' | 'delimiter' | 'encoding'>,
): Promise<Rejects> => {
  await checkRejects(path, files);
  const handle = await openOwn(path).catch((error: unknown) => {
    throw notWritable(path, error);
  });
  const several = files.length > 1;
  const { head, body } = format === 'csv' ? inCsv(several, columns, delimiter) : inNdjson(several);
  // Where the source is in another encoding, the mark says that this file is not.
  const mark = /^utf-?8$/i.test(encoding) ? '' : '\ufeff';
  await handle.write(mark + head);
  return {
    write: async rows => {
      if (rows.length > 0) await handle.write(body(rows));
    },
    close: () => handle.close(),
  };
};

/** A file that was there before has the rights that somebody gave it; a device keeps them. */
const openOwn = async (path: string): Promise<FileHandle> => {
  const handle = await open(path, 'w', 0o600);
  try {
    if ((await handle.stat()).isFile()) await handle.chmod(0o600);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** How refused rows are written down. */
interface Written {
  readonly head: string;
  readonly body: (rows: readonly Rejected[]) => string;
}

const why = ({ column, reason }: Rejected): string => (column === null ? reason : `${column}: ${reason}`);

const inCsv = (several: boolean, columns: readonly string[], delimiter: string): Written => {
  const csv = (lines: unknown[][]): string => stringify(lines, { delimiter });
  return {
    head: csv([[...refusedHeader(several, columns)]]),
    body: rows =>
      csv(
        rows.map(row => [row.line, why(row), ...(several ? [row.file] : []), ...cellsOf(row.raw, columns)]),
      ),
  };
};

/** A number or a list within stands as its text, which is read as the same cell. */
const inNdjson = (several: boolean): Written => ({
  head: '',
  body: rows =>
    rows
      .map(row => {
        const { line, file, raw } = row;
        const refused = { line, reason: why(row), ...(several ? { file } : {}) };
        const own = raw.columns.map((column, at) => [column, raw.cells[at] ?? '']);
        return `${JSON.stringify(Object.fromEntries([[refusedMember, refused], ...own]))}\n`;
      })
      .join(''),
});

/**
 * Looks whether refused rows can go there, and writes nothing.
 *
 * @throws ImportRefused
 */
export const checkRejects = async (path: string, files: readonly string[]): Promise<void> => {
  const target = await realpath(path).catch(() => path);
  const sources = await Promise.all(files.map(file => realpath(file)));
  if (sources.includes(target))
    throw new ImportRefused(path, 'is a file to import; name another one for refused rows');
  const parent = await stat(dirname(path)).catch((error: unknown) => {
    throw notWritable(path, error);
  });
  if (!parent.isDirectory() || (await isFolder(path)))
    throw notWritable(path, { code: parent.isDirectory() ? 'EISDIR' : 'ENOTDIR' });
};

const isFolder = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'the folder is missing',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'a folder is in its place',
  EACCES: 'this user may not write it',
  EPERM: 'this user may not write it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

const notWritable = (path: string, error: unknown): ImportRefused => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new ImportRefused(path, `refused rows can't be written there: ${reasons[code] ?? message}`, error);
};

/** By column; cells beyond the row's columns come last. */
const cellsOf = (raw: RawRow, columns: readonly string[]): readonly string[] => [
  ...columns.map(column => raw.cells[raw.columns.indexOf(column)] ?? ''),
  ...raw.cells.slice(raw.columns.length),
];
