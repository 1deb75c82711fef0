import { Buffer } from 'node:buffer';
import { readSync, writeSync } from 'node:fs';

const chunkSize = 1 << 16;
const newline = 10;

/** Reads the next line from a descriptor, waiting for it; null at the end. */
export const lineReader = (fd: number): (() => string | null) => {
  const chunk = Buffer.allocUnsafe(chunkSize);
  let parts: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  return () => {
    for (;;) {
      const at = rest.indexOf(newline);
      if (at >= 0) {
        const line = Buffer.concat([...parts, rest.subarray(0, at)]).toString();
        parts = [];
        rest = rest.subarray(at + 1);
        return line;
      }
      parts.push(rest);
      const count = readSync(fd, chunk, 0, chunkSize, null);
      if (count === 0) return null;
      rest = Buffer.from(chunk.subarray(0, count));
    }
  };
};

/** Writes a line to a descriptor, waiting until it is taken. */
export const writeLine = (fd: number, line: string): void => {
  const bytes = Buffer.from(`${line}\n`);
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
};
