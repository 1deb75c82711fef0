import { catalog } from './catalog.ts';
import type { EventDefinition } from './define-event.ts';

/** A file of the published schemas, by its name within docs/events. */
export interface DocFile {
  readonly name: string;
  readonly text: string;
}

const schemaFile = ({ type, version, description, schema }: EventDefinition): DocFile => ({
  name: `${type}.json`,
  text: `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:leadfold:event:${type}:${version}`,
      title: type,
      description,
      version,
      ...schema,
    },
    null,
    2,
  )}\n`,
});

const row = ({ type, version, description, schema }: EventDefinition): string => {
  const required = new Set(schema.required);
  const members = Object.keys(schema.properties).map(name => (required.has(name) ? name : `${name}?`));
  const cells = [`[${type}](${type}.json)`, `${version}`, description, members.join(', ')];
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
};

const readme = (definitions: readonly EventDefinition[]): DocFile => ({
  name: 'README.md',
  text: `# Events

What the log holds. Each file is the JSON Schema (draft 2020-12) of an event's \`data\` at its newest version; older events
are brought to it when they are read. The files are written by \`npm run docs:events\` from libs/domain.

Around its data, every event carries \`id\` (UUID, the idempotency key within its stream), \`stream\`, \`revision\` (its place
in the stream, from 0), \`position\` (its place in the log, from 1), \`type\`, \`version\`, \`occurredAt\` (when it happened),
\`recordedAt\` (when the log took it), and \`metadata\`: \`correlationId\`, \`causationId\`, \`actor\`, \`source\`, \`leadId\`,
\`batchId\`, \`commandHash\`. Personal data stands in the data's \`personal\` member and nowhere else.

| type | version | what happened | data |
|---|---|---|---|
${definitions.map(row).join('\n')}
`,
});

/** The files of docs/events as the catalogue has them, in order of their names. */
export const eventDocs = (
  definitions: readonly EventDefinition[] = [...catalog.values()],
): readonly DocFile[] =>
  [readme(definitions), ...definitions.map(schemaFile)].sort((a, b) => (a.name < b.name ? -1 : 1));
