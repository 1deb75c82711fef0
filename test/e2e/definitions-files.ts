import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files below a folder and answers the path of the first. */
export const written = (folder: string, files: Readonly<Record<string, string>>): string => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]!);
};

/** Page views as `lead,place,url,at`; the place makes rows differ. */
export const viewsImport = `
import { defineImport, RowError, type Row } from 'leadfold/importing';
import { touchpoint } from './lib/touchpoint.ts';

const url = (row: Row): string => row.url ?? '';

export default defineImport({
  source: 'views',
  description: 'Page views',
  format: 'csv',
  files: [
    {
      name: 'views',
      columns: ['lead', 'place', 'url', 'at'],
      facts: (row, { instant }) => {
        if (url(row) === 'refuse') throw new RowError('url', 'not a page of ours');
        if (url(row) === 'fail') return [undefined as never].map(nothing => (nothing as { x: never }).x);
        return [
          {
            type: 'PageViewed',
            stream: \`lead-\${row.lead ?? ''}\`,
            occurredAt: instant(row.at ?? '', 'at'),
            data: { leadId: row.lead ?? '', touchpointId: touchpoint(row.place ?? ''), url: url(row) },
          },
        ];
      },
    },
  ],
});
`;

export const touchpointLib = `export const touchpoint = (place: string): string => \`t\${place}\`;\n`;

let place = 0;

/** A CSV file of page views: `[lead, url]`. */
export const views = (...rows: readonly (readonly [string, string])[]): string =>
  ['lead,place,url,at', ...rows.map(([lead, url]) => `${lead},${++place},${url},2026-01-31`), ''].join('\n');

/**
 * Leads by the number of their page views. The urls `throw`, `clock`, `fetch`, `loop`, `memory` do what they say.
 *
 * @param weight what each lead adds
 */
export const pagesProjection = (weight = 1, name = 'pages-seen'): string => `
import { defineProjection, leadOf } from 'leadfold/projecting';
import { bump, type Seen } from '../shared/bump.ts';

export const pages = defineProjection({
  name: '${name}',
  version: 1,
  entity: { PageViewed: leadOf },
  initialState: (): Seen => ({ seen: 0 }),
  evolve: (state, event): Seen => {
    const { url } = event.data;
    if (url === 'throw') throw new RangeError('this page is unheard of');
    if (url === 'clock') return { seen: Date.now() };
    if (url === 'chance') return { seen: Math.floor(Math.random() * 10) };
    if (url === 'fetch') void fetch('http://127.0.0.1:9/');
    if (url === 'timer') setTimeout(() => undefined, 10);
    if (url === 'mutate') (state as { seen: number }).seen += 1;
    if (url === 'date') return { seen: new Date(event.occurredAt) as never };
    if (url === 'loop') for (;;);
    if (url === 'memory') for (const all = new Map<number, object>(); ;) all.set(all.size, { at: all.size });
    return bump(state);
  },
  dimensions: { seen: 'integer' },
  measures: ['leads'],
  contributes: ({ seen }) => [{ cell: { seen }, add: { leads: ${weight} } }],
});
`;

export const bumpLib = `
export interface Seen { readonly seen: number }
export const bump = ({ seen }: Seen): Seen => ({ seen: seen + 1 });
`;
