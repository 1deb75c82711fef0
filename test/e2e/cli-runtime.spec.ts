import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/apps/cli/main.js');

/** A Node older than ours, where the machine has one. */
const older = ['/usr/bin/node', '/usr/local/bin/node']
  .filter(existsSync)
  .find(
    node =>
      Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 24,
  );
if (older === undefined) console.warn('skipped: this machine has no Node older than 24');

describe('the command line under an older Node', () => {
  (older === undefined ? it.skip : it)('says how to start it, and nothing else', () => {
    const { status, stdout, stderr } = spawnSync(older ?? '', [main, '--help'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^leadfold: this is Node \d+.*, and Leadfold runs on Node 24.*npx or npm run\n$/);
  });
});
