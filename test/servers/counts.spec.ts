import { describe, expect, it } from '@jest/globals';
import { countsBySuite } from './counts.ts';

const file = (name: string, ...statuses: readonly string[]) => ({
  name: `/somewhere/mongodb/${name}`,
  assertionResults: statuses.map(status => ({ status })),
});

describe('counts of the suites that need servers', () => {
  it('are added up by the server that the name of the file tells', () => {
    const results = {
      testResults: [
        file('read-store.mongodb.server.spec.ts', 'passed', 'failed'),
        file('faults.mongodb.server.spec.ts', 'passed', 'pending', 'todo'),
        file('relay.kafka.server.spec.ts', 'passed'),
        file('all.server.spec.ts', 'skipped'),
      ],
    };
    expect([...countsBySuite(results, ['mongodb', 'kafka'])]).toEqual([
      ['mongodb', { passed: 2, failed: 1, skipped: 2 }],
      ['kafka', { passed: 1, failed: 0, skipped: 0 }],
      ['others', { passed: 0, failed: 0, skipped: 1 }],
    ]);
  });

  it('are none where nothing ran', () => {
    expect(countsBySuite({ testResults: [] }, ['kafka'])).toEqual(new Map());
  });
});
