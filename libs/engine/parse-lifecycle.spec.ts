import { describe, expect, it } from '@jest/globals';
import { lifecycleRules } from './parse-lifecycle.ts';
import { parseConfiguration } from './parse-workspace.ts';

const stages = ['lead', 'mql', 'customer'];

describe('the rules of lifecycle events', () => {
  it('have a source, and leads qualify at mql where there is such a stage', () => {
    expect(lifecycleRules({}, stages)).toEqual({ source: 'urn:leadfold', stages, qualifiedStage: 'mql' });
    expect(lifecycleRules({}, ['known', 'bought']).qualifiedStage).toBeNull();
  });

  it('are the workspace’s own where it has some', () => {
    expect(lifecycleRules({ source: 'https://example.org/crm', qualifiedStage: 'customer' }, stages)).toEqual(
      {
        source: 'https://example.org/crm',
        stages,
        qualifiedStage: 'customer',
      },
    );
    expect(lifecycleRules({ qualifiedStage: null }, stages).qualifiedStage).toBeNull();
  });

  it('name a stage that there is', () => {
    expect(() => lifecycleRules({ qualifiedStage: 'won' }, stages)).toThrow('"won" is none of the stages');
  });

  it('are read from the configuration file, beside the workspace', () => {
    const { workspace, lifecycle } = parseConfiguration(
      '{"lifecycle":{"source":"urn:x","qualifiedStage":"sql"}}',
    );
    expect(lifecycle).toMatchObject({ source: 'urn:x', qualifiedStage: 'sql' });
    // Read models don't depend on it, so it must not make them anew.
    expect(workspace).not.toHaveProperty('lifecycle');
    for (const source of ['', 'has blank', 'a"b', '<x>'])
      expect(() => parseConfiguration(JSON.stringify({ lifecycle: { source } }))).toThrow(
        '/lifecycle/source',
      );
  });
});
