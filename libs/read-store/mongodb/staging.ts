import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';

import { Binary } from 'mongodb';

import type { Collections } from './collections.ts';
import { parts, type Write, type Writes } from './writes.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Writes and characters in one document: even incompressible, it stays below 16 MiB. */
const most = { writes: 2_000, length: 4 * 2 ** 20 } as const;

/** What a batch writes, kept where every worker finds it until the batch is closed. */
export interface Staging {
  /** Answers the number of parts. */
  put(token: string, batch: number, writes: Writes): Promise<number>;
  /** Null when it is not there any more: the batch has been closed. */
  get(token: string, count: number): Promise<Writes | null>;
  /** Removes what was staged for this batch and those before. */
  clear(batch: number): Promise<void>;
  /** Removes what was staged under this token. */
  remove(token: string, count: number): Promise<void>;
}

type Part = (typeof parts)[number];

export const stagingOf = ({ staged }: Pick<Collections, 'staged'>): Staging => {
  const ids = (token: string, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `${token}/${at}`);

  return {
    put: async (token, batch, writes) => {
      const texts = parts.flatMap(part => cut(part, writes[part]));
      for (const [at, text] of texts.entries())
        await staged.insertOne({
          _id: `${token}/${at}`,
          batch,
          writes: await compress(text),
        });
      return texts.length;
    },
    get: async (token, count) => {
      const found: Record<Part, Write[]> = { cells: [], entities: [], parked: [] };
      for (const _id of ids(token, count)) {
        const document = await staged.findOne({ _id });
        if (document === null) return null;
        const [part, ...writes] = JSON.parse((await decompress(bytesOf(document.writes))).toString()) as [
          Part,
          ...Write[],
        ];
        found[part].push(...writes);
      }
      return found;
    },
    clear: async batch => {
      await staged.deleteMany({ batch: { $lte: batch } });
    },
    remove: async (token, count) => {
      if (count > 0) await staged.deleteMany({ _id: { $in: ids(token, count) } });
    },
  };
};

const bytesOf = (found: unknown): Uint8Array =>
  found instanceof Binary ? found.buffer : (found as Uint8Array);

/** The writes of one part as texts, each small enough for a document. */
const cut = (part: Part, writes: readonly Write[]): readonly string[] => {
  const texts: string[] = [];
  let open: string[] = [];
  let length = 0;
  const end = (): void => {
    if (open.length > 0) texts.push(`[${[JSON.stringify(part), ...open].join(',')}]`);
    open = [];
    length = 0;
  };
  for (const write of writes) {
    const text = JSON.stringify(write);
    if (open.length >= most.writes || length + text.length > most.length) end();
    open.push(text);
    length += text.length;
  }
  end();
  return texts;
};
