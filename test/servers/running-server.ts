/** A server that runs beside the suites which need it. */
export interface RunningServer {
  /** What the suites are told. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}
