import type { ImportReport } from './report.ts';

/** The files or options can't be used as they are; nothing was appended. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  /** The file that is at fault, or null. */
  readonly file: string | null;
  /** The message without the file's name. */
  readonly detail: string;

  constructor(file: string | null, detail: string, cause?: unknown) {
    super(file === null ? detail : `${file}: ${detail}`, { cause });
    this.file = file;
    this.detail = detail;
  }
}

/** The import could not go on. What was taken is in the log; a run over the same files goes on from there. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
  readonly file: string;
  /** What was done until then. */
  readonly report: ImportReport;

  constructor(file: string, detail: string, report: ImportReport, cause?: unknown) {
    super(`${file}: ${detail}`, { cause });
    this.file = file;
    this.report = report;
  }
}

/** The rest of a file can't be read. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';

  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
  }
}
