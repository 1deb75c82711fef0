import { columnsOf, type ImportDefinition, type ImportFile } from './define.ts';

/**
 * The kind of file that has this header (of NDJSON: the members of the first object).
 *
 * @throws Error whose message tells what was found and what is expected
 */
export const kindOf = (definition: ImportDefinition, header: readonly string[]): ImportFile => {
  if (header.some(column => /[\0\ufffd]/.test(column)))
    throw new Error(
      `the first line is no text in ${definition.encoding ?? 'utf8'}; is it another encoding, or no ${definition.format.toUpperCase()} at all?`,
    );
  const twice = header.find((column, at) => header.indexOf(column) !== at);
  if (twice !== undefined) throw new Error(`the column ${quote(twice)} is there twice`);
  const kind = definition.files.find(file => distance(file, header) === 0);
  if (kind !== undefined) return kind;
  throw new Error(mixed(definition, header) ?? mismatch(definition, header));
};

/** A file of refused rows of several kinds has the columns of all of them, and no row of it has all. */
const mixed = ({ files }: ImportDefinition, header: readonly string[]): string | null => {
  const held = files.filter(file => missingFrom(file, header).length === 0);
  const explained = header.every(column => held.some(file => columnsOf(file).includes(column)));
  if (held.length < 2 || !explained) return null;
  const names = held.map(({ name }) => name).join(' and ');
  return `it has the columns of ${names} at once; import one kind at a time with --rejects, so that refused rows can be mended and imported again`;
};

const missingFrom = (file: ImportFile, header: readonly string[]): readonly string[] =>
  file.columns.filter(column => !header.includes(column));

const unknownTo = (file: ImportFile, header: readonly string[]): readonly string[] =>
  header.filter(column => !columnsOf(file).includes(column));

const distance = (file: ImportFile, header: readonly string[]): number =>
  missingFrom(file, header).length + unknownTo(file, header).length;

const mismatch = (
  { source, files, delimiter = ',', format }: ImportDefinition,
  header: readonly string[],
): string => {
  const nearest = [...files].sort((one, other) => distance(one, header) - distance(other, header))[0];
  const expected = files.map(file => `${file.name} has ${list(file.columns)}${optional(file)}`);
  const parts = [
    `the columns are those of no file of ${source}`,
    `found ${list(header)}`,
    ...expected,
    ...(nearest === undefined ? [] : [missingAndUnknown(nearest, header)]),
    ...(format === 'csv' ? hints(header, delimiter) : []),
  ];
  return parts.join('; ');
};

const optional = (file: ImportFile): string =>
  file.optional === undefined || file.optional.length === 0 ? '' : ` and may have ${list(file.optional)}`;

const missingAndUnknown = (file: ImportFile, header: readonly string[]): string => {
  const [missing, unknown] = [missingFrom(file, header), unknownTo(file, header)];
  const parts = [
    ...(missing.length > 0 ? [`lacks ${list(missing)}`] : []),
    ...(unknown.length > 0 ? [`has the unknown ${list(unknown)}`] : []),
  ];
  return `to be ${file.name} it ${parts.join(' and ')}`;
};

const hints = (header: readonly string[], delimiter: string): readonly string[] => {
  const other = [';', '\t', '|', ','].find(
    candidate => candidate !== delimiter && header.length === 1 && header[0]?.includes(candidate),
  );
  return other === undefined
    ? []
    : [`it looks separated by ${JSON.stringify(other)}, expected is ${JSON.stringify(delimiter)}`];
};

const quote = (column: string): string => JSON.stringify(column.slice(0, 100));

/** Long lists are cut: a file that is no table may have anything in its first line. */
const list = (columns: readonly string[]): string =>
  columns.slice(0, 40).map(quote).join(', ') + (columns.length > 40 ? `, … (${columns.length})` : '');
