import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { FileProblem } from './errors.ts';

/** A file's text as UTF-8, unpacked. */
export interface Source {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of the file, packed as it may be. */
  readonly bytesTotal: number;
  /** Bytes of the file read so far. */
  readonly bytesRead: () => number;
  /** Lets go of the file, read to its end or not. */
  close(): void;
}

/**
 * Opens a regular file, gzipped (told by its first bytes) or not, in an encoding of Node's or the one that its byte order
 * mark names.
 *
 * @throws FileProblem when it can't be read or isn't text
 */
export const openSource = async (file: string, encoding: BufferEncoding = 'utf8'): Promise<Source> => {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw problemOf(error);
  });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new FileProblem('is a directory; name the files in it');
    if (!stat.isFile()) throw new FileProblem('is no regular file');
    if (stat.size === 0) throw new FileProblem('is empty');
    const magic = await firstBytes(handle);
    if (magic.toString('latin1').startsWith('PK\x03\x04'))
      throw new FileProblem('is a zip archive or a spreadsheet; unpack it, or save the sheet as CSV');
    const raw = handle.createReadStream({ start: 0, highWaterMark: 65_536 });
    const packed = magic[0] === 0x1f && magic[1] === 0x8b;
    const bytes: AsyncIterable<Buffer> = packed ? pipeline(raw, createGunzip(), () => undefined) : raw;
    return {
      chunks: decoded(bytes, encoding),
      bytesTotal: stat.size,
      bytesRead: () => raw.bytesRead,
      close: () => raw.destroy(),
    };
  } catch (error) {
    await handle.close();
    throw problemOf(error);
  }
};

const firstBytes = async (handle: FileHandle): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.subarray(0, bytesRead);
};

/** Everything behind it works on UTF-8 bytes, whose commas and line ends can't be halves of other characters. */
async function* decoded(
  bytes: AsyncIterable<Buffer>,
  encoding: BufferEncoding,
): AsyncGenerator<Buffer, void, undefined> {
  let text: StringDecoder | null = null;
  let started = false;
  for await (const chunk of bytes) {
    if (!started) {
      const actual = markedEncoding(chunk) ?? encoding;
      text = /^utf-?8$/i.test(actual) ? null : new StringDecoder(actual);
      started = true;
    }
    yield text === null ? chunk : Buffer.from(text.write(chunk));
  }
  if (text !== null) yield Buffer.from(text.end());
}

/** Of the byte order mark; streams of files never begin with less than a mark's bytes where there is one. */
const markedEncoding = (head: Buffer): BufferEncoding | null => {
  if (head[0] === 0xfe && head[1] === 0xff)
    throw new FileProblem('is UTF-16 with the high byte first, which is not read; save it as UTF-8');
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 'utf8' : null;
};

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory; name the files in it',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'is no name of a file: too long',
  ERR_INVALID_ARG_VALUE: 'is no name of a file',
  Z_BUF_ERROR: 'the gzip data end in the middle; the file was cut off',
  Z_DATA_ERROR: 'the gzip data are damaged',
};

/** What went wrong with a file, as a sentence for its reader. */
export const problemOf = (error: unknown): FileProblem => {
  if (error instanceof FileProblem) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new FileProblem(sentences[code] ?? `can't be read: ${message}`, error);
};
