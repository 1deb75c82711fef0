import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { definitionsFolder } from '../definitions/index.ts';
import { backupDatabase, checkIntegrity, type BackupOptions } from '../event-store/sqlite/index.ts';
import { logFile, ownersOnly, relayFile } from './data-files.ts';
import { secretFile } from './secret.ts';
import type { Settings } from './settings.ts';

/** A backup or an import was refused, or its copy is not sound; nothing was left behind. */
export class CopyFailed extends Error {
  override readonly name = 'CopyFailed';
}

/**
 * Copies the data folder to a new one while others work on it: the log, the relay's checkpoints, users' definitions and the
 * secret. Read models are left out, for they are made anew from the log. The copy is a data folder itself. A log on a
 * server is not in it.
 *
 * @returns names of what was copied
 * @throws CopyFailed; the signal's reason when it's aborted; the file system's and SQLite's errors
 */
export const backUp = async (
  settings: Settings,
  folder: string,
  options: BackupOptions = {},
): Promise<readonly string[]> => {
  const target = resolve(folder);
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw new CopyFailed(`${folder} is not empty; a backup goes to a folder of its own`);
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const copied = await copyAll(settings, draft, options);
    if (settings.eventStore.kind === 'sqlite') await checkCopy(join(draft, basename(logFile(settings))));
    if (existsSync(target)) await rmdir(target);
    await rename(draft, target);
    return copied;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const checkCopy = async (log: string): Promise<void> => {
  const faults = await checkIntegrity(log);
  // Who only reads can't take away the empty journal that reading needs.
  for (const journal of ['-wal', '-shm']) await rm(`${log}${journal}`, { force: true });
  if (faults.length > 0) throw new CopyFailed(`the log is not sound: ${faults.slice(0, 3).join('; ')}`);
};

const copyAll = async (
  settings: Settings,
  draft: string,
  options: BackupOptions,
): Promise<readonly string[]> => {
  const copied: string[] = [];
  const into = (file: string): string => {
    copied.push(basename(file));
    return join(draft, basename(file));
  };
  // Before the log: the relay may then deliver again what it had, and never takes for delivered what the copy lacks.
  const relay = relayFile(settings);
  if (existsSync(relay)) await backupDatabase(relay, ownersOnly(into(relay)));
  const log = logFile(settings);
  if (settings.eventStore.kind === 'sqlite') await backupDatabase(log, ownersOnly(into(log)), options);
  const definitions = definitionsFolder(settings.dataDir);
  if (existsSync(definitions)) await cp(definitions, into(definitions), { recursive: true });
  const secret = secretFile(settings.dataDir);
  if (settings.secret === null && existsSync(secret)) {
    const copy = into(secret);
    await copyFile(secret, copy);
    await chmod(copy, 0o600);
  }
  return copied;
};
