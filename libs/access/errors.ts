/** Entries of API keys can't be used. The message says which one by its place, and never quotes what may be a key. */
export class InvalidKeys extends Error {
  override readonly name = 'InvalidKeys';
  /** Of the entry, from 1. */
  readonly place: number;

  constructor(place: number, fault: string) {
    super(`entry ${place} ${fault}`);
    this.place = place;
  }
}

/** A file of API keys can't be read. */
export class UnreadableKeys extends Error {
  override readonly name = 'UnreadableKeys';
  readonly file: string;
  /** Of the file system: `ENOENT`; null where it gave none. */
  readonly code: string | null;

  constructor(file: string, cause: unknown) {
    const code = codeOf(cause);
    super(`${file} can't be read${code === null ? '' : ` (${code})`}`, { cause });
    this.file = file;
    this.code = code;
  }
}

/** The code of the file system's error; null where there is none. */
export const codeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
