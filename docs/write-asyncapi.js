// Writes docs/asyncapi.yaml from the event schemas; `npm run docs:asyncapi`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { asyncApiDocument } from '../libs/lifecycle/asyncapi.ts';

writeFileSync(
  join(import.meta.dirname, 'asyncapi.yaml'),
  stringify(asyncApiDocument(), { lineWidth: 120, aliasDuplicateObjects: false }),
);
