import type { Expected } from './judge.ts';

interface Options {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
}

/** What a request expects of its stream. @param revision the number, where it is one */
export const expectedOf = (options: Options, revision: string): Expected => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt(revision);
};
