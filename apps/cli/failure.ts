import { printable } from './output/text.ts';
import { exit, type ExitCode } from './exit.ts';

/** How an error is told: an exit code and one sentence. */
export interface Failure {
  readonly code: ExitCode;
  readonly message: string;
}

/** Errors whose messages are meant for people, by name, and what they mean for the exit code. */
const told: Readonly<Record<string, ExitCode>> = {
  UsageError: exit.usage,
  InvalidSettings: exit.usage,
  InvalidQuery: exit.usage,
  InvalidCursor: exit.usage,
  NoSuchMetric: exit.usage,
  NoSuchProjection: exit.usage,
  UnknownDimension: exit.usage,
  InvalidRequest: exit.usage,
  HostRefused: exit.usage,
  CommandFailed: exit.failed,
  CopyFailed: exit.failed,
  InvalidExport: exit.failed,
  DefinitionRefused: exit.failed,
  DefinitionStopped: exit.failed,
  ImportRefused: exit.failed,
  ImportStopped: exit.failed,
  NotFound: exit.failed,
  RuleViolation: exit.failed,
  InvalidAppend: exit.failed,
  WrongExpectedRevision: exit.failed,
  StoreUnavailable: exit.failed,
  ReadStoreUnavailable: exit.failed,
  UnreadableKeys: exit.failed,
  UnusableLog: exit.failed,
  UnreadableEvent: exit.failed,
  UnknownVersion: exit.failed,
  FileProblem: exit.failed,
  RowError: exit.failed,
  ProjectionBehind: exit.failed,
  RebuildFailed: exit.failed,
  CheckpointConflict: exit.failed,
  UnknownProjection: exit.failed,
};

const system: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not do that',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file is in its place',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  EADDRINUSE: 'the port is in use; set LEADFOLD_PORT to another one',
};

const sqlite: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'a file in the data folder is not a database: it is damaged or was replaced',
  SQLITE_CORRUPT: 'a database in the data folder is damaged; restore it from a backup',
  SQLITE_CANTOPEN: 'a database in the data folder can\u2019t be opened; check that this user may write there',
  SQLITE_READONLY: 'the data folder is read-only for this user',
  SQLITE_FULL: 'the disk is full',
  SQLITE_BUSY: 'another process holds the data folder for too long; try again when it is done',
  SQLITE_IOERR: 'the disk failed to read or write the data folder',
};

/**
 * An error as one sentence and an exit code; the only place where the CLI turns errors into words.
 *
 * @example
 * explainFailure(new UsageError('name a metric')) // { code: 2, message: 'name a metric' }
 */
export const explainFailure = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { code: exit.failed, message: printable(String(error)) };
  const code = told[error.name];
  if (code !== undefined) return { code, message: sentence(error.message) };
  return { code: exit.failed, message: sentence(outside(error)) };
};

const outside = (error: Error & { code?: unknown; path?: unknown }): string => {
  const code = typeof error.code === 'string' ? error.code : '';
  const database = Object.keys(sqlite).find(known => code.startsWith(known));
  if (database !== undefined) return `${sqlite[database]} (${code})`;
  const known = system[code];
  if (known !== undefined) return typeof error.path === 'string' ? `${error.path}: ${known}` : known;
  return `something unexpected went wrong: ${error.message} (LEADFOLD_DEBUG=1 shows where)`;
};

const sentence = (message: string): string => printable(message.trim().replaceAll(/\s*\n\s*/g, ' '));
