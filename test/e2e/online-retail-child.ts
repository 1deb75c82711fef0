import { keepHeapSmall } from '../../apps/cli/small-heap.ts';
import { imports } from '../../imports/index.ts';
import { runImport } from '../../libs/importing/index.ts';
import { openWorkspaceAt } from './import-workspace.ts';

/** Imports a file as `leadfold import` does: `<log> <source> <file>`. Says its steps, then the totals and its own size. */
const [log = '', source = '', file = ''] = process.argv.slice(2);
keepHeapSmall();
const { deps, store } = openWorkspaceAt(log);
const definition = imports.find(one => one.source === source);
if (definition === undefined) throw new Error(`there is no source ${source}`);
const { total } = await runImport(deps, definition, [file], {
  onProgress: ({ aside }) => process.stdout.write(`taken ${aside?.taken ?? 0}\n`),
});
await store.close();
// Kilobytes, the most that it ever held.
process.stdout.write(`done ${JSON.stringify({ total, maxRSS: process.resourceUsage().maxRSS })}\n`);
