/** What `leadfold/importing` offers to imports outside of the repository. */
export { defineImport, mapRows, RowError } from '../importing/define.ts';
export type {
  AnyFact,
  Fact,
  GroupedFile,
  ImportContext,
  ImportDefinition,
  ImportFile,
  Row,
  RowGroup,
  RowsFile,
} from '../importing/define.ts';
export { minorDigits, money } from '../importing/money.ts';
export type { DataOf, EventType } from '../domain/catalog.ts';
