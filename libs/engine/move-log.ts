import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { pipeline as startPipeline, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createGzip } from 'node:zlib';
import { exportLines, type ExportOptions } from '../event-store/export/write.ts';
import { readExport } from '../event-store/export/read.ts';
import type { EventStore } from '../event-store/port.ts';
import { checkIntegrity } from '../event-store/sqlite/index.ts';
import { restoreLog, type RestoreOptions } from '../event-store/sqlite/restore.ts';
import { CopyFailed } from './back-up.ts';
import { logFile, ownersOnly } from './data-files.ts';
import type { Settings } from './settings.ts';

const isPacked = (file: string): boolean => file.endsWith('.gz');

/**
 * Writes the whole log to a new file, gzipped where its name ends in `.gz`; from any store.
 *
 * @throws CopyFailed when the file is there already; InvalidExport, StoreUnavailable; the file system's errors
 */
export const exportLog = async (
  events: EventStore,
  file: string,
  options: ExportOptions = {},
): Promise<void> => {
  if (existsSync(file)) throw new CopyFailed(`${file} is there already`);
  const lines = Readable.from(exportLines(events, options));
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  try {
    if (isPacked(file)) await pipeline(lines, createGzip(), out);
    else await pipeline(lines, out);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
};

/**
 * Makes the embedded log from an export, in a folder that has none; all of it or nothing.
 *
 * @returns how many events there are
 * @throws CopyFailed, InvalidExport, InvalidAppend; the file system's errors
 */
export const importLog = async (
  settings: Settings,
  file: string,
  options: Omit<RestoreOptions, 'codec'> = {},
): Promise<number> => {
  if (settings.eventStore.kind !== 'sqlite')
    throw new CopyFailed('only the embedded log is made from an export; leave LEADFOLD_EVENT_STORE out');
  const target = logFile(settings);
  const taken = new CopyFailed(`${settings.dataDir} holds a log already; give --data another folder`);
  if (existsSync(target)) throw taken;
  const draft = `${target}.${process.pid}.import`;
  try {
    const count = await restoreLog(ownersOnly(draft), readExport(linesOf(file)), options);
    const faults = await checkIntegrity(draft);
    if (faults.length > 0) throw new CopyFailed(`the log is not sound: ${faults.slice(0, 3).join('; ')}`);
    // Unlike renaming, it never takes the place of a log that somebody has begun meanwhile.
    await link(draft, target).catch((error: unknown) => {
      throw existsSync(target) ? taken : error;
    });
    return count;
  } finally {
    for (const rest of ['', '-wal', '-shm']) await rm(`${draft}${rest}`, { force: true });
  }
};

async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const raw = createReadStream(file);
  const bytes: AsyncIterable<Buffer> = isPacked(file)
    ? startPipeline(raw, createGunzip(), () => undefined)
    : raw;
  // Node's reader of lines would break them at separators that may stand in a text.
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of bytes) {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
