/** Where a client's stream is written to. */
export interface Sink {
  /** False when the client doesn't keep up: nothing is to be written until there is room. */
  write(chunk: string | Buffer): boolean;
  /** Calls back once, when there is room again. */
  onDrained(callback: () => void): void;
  /** Ends the stream after what was written; the client may come again. */
  end(): void;
  /** Cuts it off at once. */
  drop(): void;
}

/** What a client wants. */
export interface Wanted {
  /** Types of lifecycle events; every type where it is null. */
  readonly types: ReadonlySet<string> | null;
  /** Everything after this position; null: whatever comes from now on. */
  readonly after: number | null;
}

/** Clients that follow lifecycle events. */
export interface Streams {
  /** Streams to a client. The answer is to be called when it has gone. */
  open(sink: Sink, wanted: Wanted): () => void;
  /** Ends all streams, and those that are opened from now on. */
  close(): Promise<void>;
  status(): StreamsStatus;
}

export interface StreamsStatus {
  readonly clients: number;
  /** Clients that don't keep up at the moment. */
  readonly blocked: number;
  /** Lifecycle events that were written to clients, since the process began. */
  readonly delivered: number;
}
