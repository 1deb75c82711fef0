import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { logFile } from '../../libs/engine/data-files.ts';
import type { Settings } from '../../libs/engine/settings.ts';
import { CommandFailed, UsageError } from './exit.ts';

/** What stands where the data folder should be. */
const kindOf = async (path: string): Promise<'folder' | 'file' | 'nothing'> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'nothing';
    if (code === 'ENOTDIR') return 'file';
    throw error;
  }
};

/** @throws UsageError when a file stands where the data folder should be */
export const requireFolder = async ({ dataDir }: Settings): Promise<void> => {
  if (dataDir === '') throw new UsageError('the data folder has no name; give --data a folder');
  if ((await kindOf(dataDir)) === 'file')
    throw new UsageError(`${dataDir} is a file, not a folder; give --data a folder`);
};

/**
 * For commands that write: makes the folder where it is missing.
 *
 * @throws UsageError when a file stands in its place; the file system's error when it can't be made
 */
export const makeFolder = async (settings: Settings): Promise<void> => {
  await requireFolder(settings);
  const missing: string[] = [];
  for (let path = resolve(settings.dataDir); (await kindOf(path)) === 'nothing'; path = dirname(path))
    missing.unshift(path);
  // One by one: asked for all at once, Node tries for ever where a file system takes none (/proc).
  for (const path of missing) await makeOne(path, path === resolve(settings.dataDir));
};

/**
 * Another process that starts on the same folder may come first.
 *
 * @param own the data folder itself, which is for its owner alone, because it holds personal data
 */
const makeOne = async (path: string, own: boolean): Promise<void> => {
  try {
    await mkdir(path, own ? { mode: 0o700 } : {});
  } catch (error) {
    if ((await kindOf(path)) !== 'folder') throw error;
  }
};

/** Whether the folder holds what belongs to a log: the embedded log itself, or its read models. @throws UsageError when it is no folder */
const hasLog = async (settings: Settings): Promise<boolean> => {
  await requireFolder(settings);
  const held = settings.eventStore.kind === 'sqlite' ? logFile(settings) : settings.dataDir;
  return (await kindOf(held)) !== 'nothing';
};

/**
 * For commands that only look as if: where there is no log, a temporary folder stands in, so that nothing is left behind.
 *
 * @throws UsageError when it is no folder
 */
export const withoutTraces = async <T>(
  settings: Settings,
  work: (settings: Settings) => Promise<T>,
): Promise<T> => {
  if (await hasLog(settings)) return work(settings);
  const dataDir = await mkdtemp(join(tmpdir(), 'leadfold-dry-'));
  try {
    return await work({ ...settings, dataDir });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

/**
 * For commands that only read: they make nothing, but the folder for the read models of a log on a server.
 *
 * @throws CommandFailed when the folder holds no log; UsageError when it is no folder
 */
export const requireLog = async (settings: Settings): Promise<void> => {
  if ((await hasLog(settings)) || settings.eventStore.kind !== 'sqlite') return;
  throw new CommandFailed(
    `there is no log in ${settings.dataDir}; fill one by \`leadfold demo\` or \`leadfold import FILE --as SOURCE\`, or point --data to the right folder`,
  );
};
