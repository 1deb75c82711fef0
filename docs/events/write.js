// Writes the event schemas beside this file; `npm run docs:events`.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventDocs } from '../../libs/domain/docs.ts';

const files = eventDocs();
const names = new Set(files.map(({ name }) => name));
for (const name of readdirSync(import.meta.dirname))
  if (name.endsWith('.json') && !names.has(name)) rmSync(join(import.meta.dirname, name));
for (const { name, text } of files) writeFileSync(join(import.meta.dirname, name), text);
