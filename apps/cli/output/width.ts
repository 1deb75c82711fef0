import CliTable from 'cli-table3';

/** A table of cli-table3 without lines around it. */
export const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', right: '', 'right-mid': '' },
};
export const style = { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true };

/** Characters that take one column each, for sure. */
const narrow = /^[\x20-\x7e–…─]*$/;

/** Columns of a terminal that the widest line takes. */
export const widthOf = (texts: readonly string[]): number => {
  const lines = texts.flatMap(text => text.split('\n'));
  const others = lines.filter(line => !narrow.test(line));
  const plain = lines.reduce((most, line) => (narrow.test(line) ? Math.max(most, line.length) : most), 0);
  return others.length === 0 ? plain : Math.max(plain, measured(others));
};

/** cli-table3 knows: the line above a column of these texts tells. */
const measured = (lines: readonly string[]): number => {
  const table = new CliTable({ chars: { ...borderless, top: '─' }, style });
  table.push(...lines.map(line => [line]));
  return table.width;
};

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Lines cut to so many columns, the last of them an ellipsis; never within a character, which cli-table3 might.
 *
 * @example
 * shorten('日本語', 5) // '日本…'
 */
export const shorten = (text: string, width: number): string =>
  text
    .split('\n')
    .map(line => (widthOf([line]) <= width ? line : cut(line, width - 1)))
    .join('\n');

const cut = (line: string, room: number): string => {
  let [kept, left] = ['', room];
  for (const { segment } of graphemes.segment(line)) {
    left -= widthOf([segment]);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
};
