import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf, last, restsOf, root, stages } from './dockerfile.ts';

describe('the Dockerfile', () => {
  it('begins each stage with one image of a pinned version, that of the package `node`', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(new Set(stages.map(({ image }) => image))).toEqual(
      new Set([`node:${dependencies['node']!}-bookworm-slim`]),
    );
    expect(stages).toHaveLength(3);
  });

  it('copies only what is there', () => {
    const missing = stages
      .flatMap(stage => restsOf(stage, 'COPY').map(copyOf))
      .filter(({ from }) => from === null)
      .flatMap(({ sources }) => sources)
      .filter(source => !existsSync(join(root, source)));
    expect(missing).toEqual([]);
  });

  it('lets nothing into the image by .dockerignore that no stage copies, and all that one does', () => {
    const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const allowed = lines.filter(line => line.startsWith('!')).map(line => line.slice(1));
    const copied = stages
      .flatMap(stage => restsOf(stage, 'COPY').map(copyOf))
      .filter(({ from }) => from === null)
      .flatMap(({ sources }) => sources);
    expect(lines).toContain('*');
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
  });

  it('ends in a stage that builds nothing, holds no npm, and runs as a user without rights', () => {
    const [cleaning, ...more] = restsOf(last, 'RUN');
    expect(more).toEqual([]);
    expect(cleaning).toMatch(/^rm -rf .*\/node_modules .*\/npm .*\/npx /);
    expect(cleaning).not.toMatch(/apt|npm (ci|i|install|run)|gcc|python/);
    expect(restsOf(last, 'USER')).toEqual(['node']);
    const after = last.instructions.slice(last.instructions.findIndex(({ name }) => name === 'USER'));
    expect(after.map(({ name }) => name)).not.toContain('RUN');
    expect(restsOf(last, 'VOLUME')).toEqual(['/data']);
    expect(restsOf(last, 'COPY').join(' ')).not.toContain('--chown');
  });
});
