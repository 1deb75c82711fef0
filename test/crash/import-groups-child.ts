import { till } from '../e2e/grouped-import.ts';
import { openWorkspaceAt } from '../e2e/import-workspace.ts';
import { runImport } from '../../libs/importing/index.ts';

/** Imports files of groups into a log: `<log> <file>…`. Says `ready` before, a line for each step, and `done` after. */
const [log = '', ...files] = process.argv.slice(2);
const { deps, store } = openWorkspaceAt(log);
process.stdout.write('ready\n');
const { total } = await runImport(deps, till, files, {
  onProgress: ({ aside }) => process.stdout.write(`aside ${aside?.rows ?? 0} taken ${aside?.taken ?? 0}\n`),
});
await store.close();
process.stdout.write(`done ${JSON.stringify(total)}\n`);
