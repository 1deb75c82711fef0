/**
 * A cell as a definition hands it over; nobody checks its types, so a column that is misspelt there is undefined here.
 *
 * @throws TypeError
 */
export const given = (cell: unknown, column: string): string => {
  if (typeof cell === 'string') return cell;
  throw new TypeError(`${column} was given no text; is the name of a column misspelt in the definition?`);
};
