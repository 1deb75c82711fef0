export { bulkAppend, type AppendFacts, type StreamEvent } from './bulk.ts';
export {
  defineImport,
  mapRows,
  RowError,
  type AnyFact,
  type Fact,
  type GroupedFile,
  type ImportContext,
  type ImportDefinition,
  type ImportFile,
  type Row,
  type RowGroup,
  type RowsFile,
} from './define.ts';
export { ImportRefused, ImportStopped } from './errors.ts';
export { createImportContext } from './instant.ts';
export { loadImport } from './load.ts';
export { minorDigits, money } from './money.ts';
export type { FileReport, ImportCounts, ImportProgress, ImportReport, RefusedRow } from './report.ts';
export { checkImport, runImport, type ImportDeps, type ImportOptions } from './run.ts';
