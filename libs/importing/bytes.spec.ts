import { mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/support/folder.ts';
import { openSource, problemOf, type Source } from './bytes.ts';
import { FileProblem } from './errors.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const written = (content: string | Buffer, name = 'a.csv'): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const textOf = async (source: Source): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};
const read = async (content: string | Buffer, encoding?: BufferEncoding): Promise<string> =>
  textOf(await openSource(written(content), encoding));

/** Descriptors of this process on files in a folder. */
const openIn = (path: string): number =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path);
    } catch {
      return false;
    }
  }).length;

describe('the text of a file', () => {
  const latin = fc.string({ unit: fc.constantFrom('a', 'é', 'ÿ', ',', '"', '\n'), minLength: 1 });
  const any = fc.string({ unit: fc.constantFrom('a', 'é', '€', '日', '😀', ',', '\r\n'), minLength: 1 });
  const utf16 = fc.constantFrom<BufferEncoding>('utf16le', 'ucs2', 'utf-16le');

  it.each<[string, fc.Arbitrary<string>, fc.Arbitrary<BufferEncoding>]>([
    ['UTF-8', any, fc.constantFrom<BufferEncoding>('utf8', 'utf-8')],
    ['Latin-1', latin, fc.constantFrom<BufferEncoding>('latin1', 'binary')],
    ['UTF-16', any, utf16],
  ])('is the same in %s, packed or not, across the borders of chunks', async (_, texts, encodings) => {
    await fc.assert(
      fc.asyncProperty(texts, encodings, fc.boolean(), fc.boolean(), async (text, encoding, packed, long) => {
        // An odd number of bytes in front moves what follows over the border of a chunk.
        const whole = long ? `x${text.repeat(Math.ceil(70_000 / text.length))}` : text;
        const bytes = Buffer.from(whole, encoding);
        const found = await read(packed ? gzipSync(bytes, { level: 1 }) : bytes, encoding);
        expect(found === whole).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('is in the encoding that its mark names, whatever the source says', async () => {
    const text = 'id,na\u00efve\n1,日本\n';
    for (const encoding of ['utf8', 'latin1', 'utf16le'] as const) {
      expect(await read(Buffer.from(`\ufeff${text}`, 'utf16le'), encoding)).toBe(`\ufeff${text}`);
      expect(await read(Buffer.from(`\ufeff${text}`, 'utf8'), encoding)).toBe(`\ufeff${text}`);
      expect(await read(gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')), encoding)).toBe(`\ufeff${text}`);
    }
  });

  it('of several packed parts is all of them', async () => {
    const parts = ['id,name\n', '', '1,Ann\n', '2,Bob\n'].map(part => gzipSync(part));
    expect(await read(Buffer.concat(parts))).toBe('id,name\n1,Ann\n2,Bob\n');
  });

  it('is told by how a file begins, not by its name', async () => {
    const source = await openSource(written('id\n1\n', 'a.csv.gz'));
    expect(await textOf(source)).toBe('id\n1\n');
  });

  it('that ends in half of a character says so', async () => {
    expect(await read(Buffer.from('a\ud83d', 'utf16le'), 'utf16le')).toBe('a\ufffd');
  });

  it('may be two bytes long', async () => {
    expect(await read('a\n')).toBe('a\n');
    expect(await read('a')).toBe('a');
  });
});

describe('how far a file was read', () => {
  it('is counted in its own bytes, packed as they are', async () => {
    const bytes = gzipSync(Array.from({ length: 60_000 }, (_, n) => `${n * 7_919}\n`).join(''));
    expect(bytes.length).toBeGreaterThan(131_072);
    const source = await openSource(written(bytes));
    expect(source.bytesTotal).toBe(bytes.length);
    const steps: number[] = [source.bytesRead()];
    for await (const chunk of source.chunks) if (chunk.length > 0) steps.push(source.bytesRead());
    expect(steps[0]).toBe(0);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(steps.at(-1)).toBe(bytes.length);
  });
});

describe('a file that is let go of', () => {
  const closed = async (): Promise<void> => {
    while (openIn(folder.path) > 0) await new Promise(resolve => setImmediate(resolve));
  };

  it.each(['', '.gz'])('is not open any more, read to its end or not: a.csv%s', async ending => {
    const content = 'x'.repeat(500_000);
    const file = written(ending === '' ? content : gzipSync(content), `a.csv${ending}`);
    const whole = await openSource(file);
    await textOf(whole);
    whole.close();
    await closed();
    const half = await openSource(file);
    for await (const chunk of half.chunks) if (chunk.length > 0) break;
    half.close();
    await closed();
    const unread = await openSource(file);
    unread.close();
    await closed();
    expect(unread.bytesRead()).toBe(0);
  });

  it('is not left open where it is refused', async () => {
    for (const content of ['', 'PK\x03\x04'])
      await expect(openSource(written(content))).rejects.toBeInstanceOf(FileProblem);
    await closed();
  });
});

describe('a file that is no text', () => {
  it.each<[string, () => string, string]>([
    ['that is not there', () => at('none.csv'), 'there is no such file'],
    ['below a file', () => `${written('x')}/b.csv`, 'there is no such file'],
    ['that is a folder', () => folder.path, 'is a directory; name the files in it'],
    ['that is a device', () => '/dev/zero', 'is no regular file'],
    ['that is empty', () => written(''), 'is empty'],
    ['that is a spreadsheet', () => written('PK\x03\x04\x14'), 'unpack it, or save the sheet as CSV'],
    [
      'that is a link to itself',
      () => {
        symlinkSync(at('loop'), at('loop'));
        return at('loop');
      },
      'is a link that leads back to itself',
    ],
    [
      'that is a link to a folder',
      () => {
        mkdirSync(at('f'));
        symlinkSync(at('f'), at('link'));
        return at('link');
      },
      'is a directory',
    ],
  ])('%s is a problem of the file', async (_, file, sentence) => {
    const opening = openSource(file());
    await expect(opening).rejects.toBeInstanceOf(FileProblem);
    await expect(opening).rejects.toThrow(sentence);
  });

  it.each<[string, Buffer, string]>([
    ['UTF-16 with the high byte first', Buffer.from([0xfe, 0xff, 0, 0x61]), 'high byte first'],
    ['gzip that was cut', gzipSync('x'.repeat(10_000)).subarray(0, 20), 'Z_BUF_ERROR'],
    ['gzip with a byte changed', Buffer.from([0x1f, 0x8b, 9, 9, 9, 9]), 'Z_DATA_ERROR'],
  ])('turns out so while it is read: %s', async (_, content, told) => {
    const source = await openSource(written(content));
    const error = await textOf(source).catch((caught: unknown) => caught);
    const { code = '', message } = error as { code?: string; message: string };
    expect(`${code} ${message}`).toContain(told);
    expect(problemOf(error)).toBeInstanceOf(FileProblem);
  });
});

describe('what went wrong with a file', () => {
  it('is one sentence; one that is unknown says what the system said', () => {
    const failed = (code: string): string =>
      problemOf(Object.assign(new Error('EIO: i/o error, read'), { code })).message;
    expect(failed('Z_BUF_ERROR')).toBe('the gzip data end in the middle; the file was cut off');
    expect(failed('EACCES')).toBe('may not be read by this user');
    expect(failed('EIO')).toBe("can't be read: EIO: i/o error, read");
    const known = new FileProblem('is empty');
    expect(problemOf(known)).toBe(known);
  });
});
