import { crm, openWorkspaceAt } from '../e2e/import-workspace.ts';
import { runImport } from '../../libs/importing/index.ts';

/** Imports files into a log: `<log> <file>…`. Says `ready` before, a line for each window, and `done` after. */
const [log = '', ...files] = process.argv.slice(2);
const { deps, store } = openWorkspaceAt(log);
process.stdout.write('ready\n');
const { total } = await runImport(deps, crm, files, {
  onProgress: ({ rows }) => process.stdout.write(`rows ${rows}\n`),
});
await store.close();
process.stdout.write(`done ${JSON.stringify(total)}\n`);
