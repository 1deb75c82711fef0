import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { checkIntegrity, openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { anEvent } from '../support/events.ts';
import { temporaryFolder } from '../support/folder.ts';

const program = new URL('full-child.ts', import.meta.url).pathname;

describe('a file that may not grow any more', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([300, 2_000, 9_000])(
    'refuses appends, keeps what it acknowledged and goes on later (%d KiB)',
    async size => {
      const file = join(folder.path, `${size}.db`);
      const child = spawn(
        'sh',
        ['-c', `ulimit -f ${size * 2}; exec "$0" "$@"`, process.execPath, program, file],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, NODE_OPTIONS: '' },
        },
      );
      let printed = '';
      let errors = '';
      child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      await once(child, 'close');
      const lines = printed.trim().split('\n');
      const acknowledged = lines.filter(line => line.startsWith('ok ')).map(line => line.slice(3));
      const refused = lines.filter(line => line.startsWith('refused '));
      expect(errors.replace(/^.*ExperimentalWarning.*$/gm, '').trim()).toBe('');
      expect(acknowledged.length).toBeGreaterThan(5);
      expect(refused.length).toBeGreaterThan(0);
      expect(lines.at(-1)).toBe(`read ${acknowledged.length}`);

      const store = openSqliteEventStore({ file });
      const ids = (await store.readAll(0, 100_000)).map(event => event.id);
      expect(ids.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect((await store.append('lead-1', [anEvent()], 'ANY')).duplicates).toEqual([]);
      await store.close();
      expect(await checkIntegrity(file)).toEqual([]);
    },
  );
});
