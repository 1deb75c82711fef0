import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { v7 } from 'uuid';
import type { RecordedEvent } from '../../libs/domain/event.ts';
import type { EventStore } from '../../libs/event-store/port.ts';
import { openSqliteEventStore } from '../../libs/event-store/sqlite/index.ts';
import { createKeyedHash } from '../../libs/handling/keyed-hash.ts';
import {
  createImportContext,
  defineImport,
  runImport,
  type ImportDefinition,
  type ImportDeps,
  type ImportFile,
  type ImportOptions,
  type ImportReport,
} from '../../libs/importing/index.ts';
import { temporaryFolder } from '../support/folder.ts';

export const now = Date.UTC(2026, 5, 1);

const people: ImportFile = {
  name: 'people',
  columns: ['id', 'since', 'email', 'phone', 'town'],
  optional: ['company'],
  facts: ({ id = '', since = '', email = '', phone = '', town = '', company = '' }, { instant }) => {
    if (town === 'nowhere') return [];
    const personal = {
      ...(email === '' ? {} : { email }),
      ...(phone === '' ? {} : { phone }),
      ...(town === '' ? {} : { attributes: { town } }),
    };
    const when = { stream: `lead-${id}`, occurredAt: instant(since, 'since') };
    return [
      {
        ...when,
        type: 'LeadCaptured',
        data: { leadId: id, ...(company === '' ? {} : { company }), personal },
      },
      { ...when, type: 'LeadStageChanged', data: { leadId: id, stage: 'lead' } },
    ];
  },
};

const visitsFile: ImportFile = {
  name: 'visits',
  columns: ['person', 'at', 'page'],
  facts: ({ person = '', at = '', page = '' }, { instant }) => [
    {
      type: 'PageViewed',
      stream: `lead-${person}`,
      occurredAt: instant(at, 'at'),
      data: { leadId: person, touchpointId: `visit-${person}`, url: page },
    },
  ],
};

/** A made-up source with two kinds of files. */
export const crm: ImportDefinition = defineImport({
  source: 'crm',
  description: 'People and their visits',
  format: 'csv',
  files: [people, visitsFile],
});

/** A log in a folder of its own, and what imports into it. */
export interface ImportWorkspace {
  readonly store: EventStore;
  readonly deps: ImportDeps;
  readonly path: (name: string) => string;
  /** Writes a file and answers its path. */
  readonly write: (name: string, content: string | Buffer) => string;
  readonly zip: (name: string, content: string | Buffer) => string;
  readonly run: (files: readonly string[], options?: ImportOptions) => Promise<ImportReport>;
  readonly log: () => Promise<readonly RecordedEvent[]>;
  readonly dispose: () => Promise<void>;
}

/** What an import works with, over the log in a file. */
export const openWorkspaceAt = (
  file: string,
  timeZone = 'UTC',
): { readonly store: EventStore; readonly deps: ImportDeps } => {
  const store = openSqliteEventStore({ file });
  const deps: ImportDeps = {
    events: store,
    context: createImportContext(timeZone),
    clock: () => now,
    newId: v7,
    hash: createKeyedHash('a secret'),
  };
  return { store, deps };
};

export const openWorkspace = (definition = crm, timeZone = 'UTC'): ImportWorkspace => {
  const folder = temporaryFolder();
  const { store, deps } = openWorkspaceAt(join(folder.path, 'events.db'), timeZone);
  const path = (name: string): string => join(folder.path, name);
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  return {
    store,
    deps,
    path,
    write,
    zip: (name, content) => write(name, gzipSync(content)),
    run: (files, options) => runImport(deps, definition, files, options),
    log: () => store.readAll(0, 1_000_000),
    dispose: async () => {
      await store.close();
      folder.remove();
    },
  };
};

/** What a log holds, without what differs from run to run: positions and batch ids. */
export const contentOf = (events: readonly RecordedEvent[]): readonly string[] =>
  events
    .map(({ stream, id, type, occurredAt, data }) => JSON.stringify({ stream, id, type, occurredAt, data }))
    .sort();

/** People, some of whom can't be taken. */
export const peopleFixture = new URL('../fixtures/import/people.csv', import.meta.url).pathname;

/** The header of visits. */
export const header = 'person,at,page\n';

export const visit = (person: string, page = 'https://example.com/'): string =>
  `${person},2026-01-05 10:00:00,${page}\n`;

/** A file of so many visits, each of another person. */
export const visits = (count: number): string =>
  header + Array.from({ length: count }, (_, n) => visit(`p${n}`)).join('');
