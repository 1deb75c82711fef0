import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { leadfold } from './cli-child.ts';
import { leadfoldHere } from './cli-here.ts';

describe('without a log', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([
    ['query', 'funnel'],
    ['events'],
    ['explain', 'lead-funnel'],
    ['projections'],
    ['projections', 'parked'],
    ['verify'],
  ])('%s %s says what to do, and makes nothing', async (...words) => {
    const missing = join(folder.path, 'missing');
    const { code, out, err } = await leadfoldHere([...words, '--data', missing]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^leadfold: there is no log in .*missing; fill one by `leadfold demo` or .*\n$/);
    expect(existsSync(missing)).toBe(false);
  });
});

describe('leadfold --help', () => {
  it.each(['serve', 'demo', 'import', 'query', 'events', 'explain', 'projections', 'verify', 'bench'])(
    'explains %s with examples',
    async command => {
      const { code, out, err } = await leadfoldHere([command, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(new RegExp(`^Usage: leadfold ${command}`));
      expect(out).toContain('--data <folder>');
      expect(out).toMatch(new RegExp(`Examples:\n(.*\n)*? +\\$ .*leadfold ${command}`));
    },
  );

  it('starts in well under a second, at best of three on a busy machine', async () => {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      await leadfold(['--help']);
      times.push(performance.now() - started);
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
  });
});
