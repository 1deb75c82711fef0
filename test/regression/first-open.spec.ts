import { afterAll, describe, expect, it } from '@jest/globals';
import { join, resolve } from 'node:path';
import { startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const program = resolve('test/regression/first-open-child.ts');
/** Until all of them are up, ms. */
const lead = 1_500;

describe('several processes that open a log that none has made yet', () => {
  it('all open the same one, whoever makes it', async () => {
    for (let round = 0; round < 6; round++) {
      const moment = Date.now() + lead;
      const file = join(folder.path, `log-${round}.sqlite`);
      const children = [0, 0, 1, 2].map(after => startChild(program, [file, String(moment + after)]));
      await Promise.all(children.map(({ ended }) => ended));
      expect(children.flatMap(({ lines }) => lines)).toEqual(children.map(() => 'opened'));
    }
  });
});
