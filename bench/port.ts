/** One measured number, beside the bare operation measured in the same run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  /** `events/s`, `requests/s`, `ms`, … */
  readonly unit: string;
  /** What the bare operation reached, in the same unit; null where there is none to compare with. */
  readonly limit: number | null;
  /** Ours ÷ bare as rates: 1 is as quick as it can be. */
  readonly ratio: number | null;
  /** What is wanted, in words: `ratio ≥ 0.7`, `≤ 25 ms`. */
  readonly target?: string;
  /** Whether it was reached; left out where nothing is wanted. */
  readonly reached?: boolean;
}

export interface BenchOptions {
  /** Takes one line of progress. */
  readonly log: (line: string) => void;
  /** A short run that shows that it works; its numbers mean little. */
  readonly quick?: boolean;
}

/** A benchmark program: `bench/<name>.bench.ts` exports one as `benchmark`. */
export interface Benchmark {
  /** The file's name without `.bench.ts`. */
  readonly name: string;
  /** What is measured and against what, in a sentence. */
  readonly description: string;
  run(options: BenchOptions): Promise<readonly BenchResult[]>;
}
