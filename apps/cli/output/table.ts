import CliTable from 'cli-table3';
import { borderless, shorten, style, widthOf } from './width.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right and are never shortened. */
  readonly numeric?: boolean;
  /** Texts that are worth nothing shortened. */
  readonly whole?: boolean;
}

/** Cells are ready for the eye. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** How a table gives way: spaces between columns, and characters that a text column keeps. */
const layouts = [
  { gap: 2, least: 16 },
  { gap: 1, least: 10 },
] as const;
type Layout = (typeof layouts)[number];

/**
 * Lines a table up. Where it is wider than the terminal, headings are wrapped first, then the widest texts are shortened, then columns move
 * together, then the words above numbers are broken; numbers stay whole, whatever it takes.
 *
 * @param width columns of the terminal; null: as wide as it needs
 */
export const renderTable = (table: Table, width: number | null): string => {
  const bodies = table.columns.map((_, index) => widthOf(table.rows.map(row => row[index] ?? '')));
  const titles = table.columns.map(({ title }) => title);
  const natural = bodies.map((body, index) => Math.max(body, widthOf([titles[index] ?? ''])));
  const [wide, tight] = layouts;
  if (width === null || total(natural, wide) <= width) return draw(table, titles, natural, wide);
  const wrapped = titles.map((title, index) => wrap(title, bodies[index] ?? 0));
  const narrow = bodies.map((body, index) => Math.max(body, widthOf([wrapped[index] ?? ''])));
  const shrunk = shrink(narrow, table.columns, width, wide);
  if (total(shrunk, wide) <= width) return draw(table, wrapped, shrunk, wide);
  const closer = shrink(narrow, table.columns, width, tight);
  if (total(closer, tight) <= width) return draw(table, wrapped, closer, tight);
  const broken = table.columns.map(({ title, numeric }, index) => {
    const room = bodies[index] ?? 0;
    return wrap(numeric === true ? breakWords(title, room) : title, room);
  });
  const least = bodies.map((body, index) => Math.max(body, widthOf([broken[index] ?? ''])));
  return draw(table, broken, shrink(least, table.columns, width, tight), tight);
};

const total = (widths: readonly number[], { gap }: Layout): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);

const wrap = (title: string, room: number): string => {
  const lines: string[] = [];
  const words = title.split(' ');
  const longest = Math.max(room, ...words.map(word => word.length));
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
};

/** Parts of a broken word that are still worth reading. */
const shortest = 6;

const breakWords = (title: string, room: number): string => {
  const most = Math.max(room, shortest);
  return title
    .split(' ')
    .map(word => {
      const parts: string[] = [];
      let rest = word;
      while (rest.length > most) {
        parts.push(`${rest.slice(0, most - 1)}-`);
        rest = rest.slice(most - 1);
      }
      return [...parts, rest].join(' ');
    })
    .join(' ');
};

const shrink = (
  widths: readonly number[],
  columns: readonly Column[],
  room: number,
  layout: Layout,
): readonly number[] => {
  const found = [...widths];
  for (;;) {
    const over = total(found, layout) - room;
    const texts = found.map((width, index) => (isWhole(columns[index]) ? 0 : width));
    const widest = Math.max(...texts);
    if (over <= 0 || widest <= layout.least) return found;
    const next = Math.max(layout.least, ...texts.filter(width => width < widest));
    found[texts.indexOf(widest)] = Math.max(next, widest - over);
  }
};

const isWhole = (column: Column | undefined): boolean => column?.numeric === true || column?.whole === true;

const draw = (
  { columns, rows }: Table,
  titles: readonly string[],
  widths: readonly number[],
  { gap }: Layout,
): string => {
  const height = Math.max(...titles.map(title => title.split('\n').length));
  const table = new CliTable({
    chars: { ...borderless, mid: '─', 'mid-mid': '─'.repeat(gap), middle: ' '.repeat(gap) },
    style,
    head: titles.map(title => '\n'.repeat(height - title.split('\n').length) + title),
    colWidths: [...widths],
    colAligns: columns.map(({ numeric }) => (numeric === true ? 'right' : 'left')),
  });
  table.push(...rows.map(row => row.map((cell, index) => shorten(cell, widths[index] ?? 0))));
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
};
