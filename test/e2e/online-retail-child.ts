import { keepHeapSmall } from '../../apps/cli/small-heap.ts';

/** Imports a file as `leadfold import` does: `<log> <source> <file>`. Says its steps, then the totals and its own size. */
const [log = '', source = '', file = ''] = process.argv.slice(2);
// Before anything else is loaded, as for the built command line, which has no TypeScript to read.
keepHeapSmall();
const { imports } = await import('../../imports/index.ts');
const { runImport } = await import('../../libs/importing/index.ts');
const { openWorkspaceAt } = await import('./import-workspace.ts');
const { deps, store } = openWorkspaceAt(log);
const definition = imports.find(one => one.source === source);
if (definition === undefined) throw new Error(`there is no source ${source}`);
const { total } = await runImport(deps, definition, [file], {
  onProgress: ({ aside }) => process.stdout.write(`taken ${aside?.taken ?? 0}\n`),
});
await store.close();
// Kilobytes, the most that it ever held.
process.stdout.write(`done ${JSON.stringify({ total, maxRSS: process.resourceUsage().maxRSS })}\n`);
