/** What is read of Jest's results. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const none: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Tests per server, by what is in the names of the files. */
export const countsBySuite = (
  { testResults }: JestResults,
  suites: readonly string[],
): ReadonlyMap<string, Counts> => {
  const counts = new Map<string, Counts>();
  for (const { name, assertionResults } of testResults) {
    const file = name.split('/').at(-1) ?? name;
    const suite = suites.find(each => file.includes(each)) ?? 'others';
    const before = counts.get(suite) ?? none;
    const of = (...statuses: readonly string[]): number =>
      assertionResults.filter(({ status }) => statuses.includes(status)).length;
    counts.set(suite, {
      passed: before.passed + of('passed'),
      failed: before.failed + of('failed'),
      skipped: before.skipped + of('pending', 'skipped', 'todo', 'disabled'),
    });
  }
  return counts;
};
