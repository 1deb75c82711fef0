/** A total as it is at `batch`, and as it was before. */
export interface CellDocument extends Readonly<Record<string, unknown>> {
  readonly _id: string;
  readonly batch: number;
  /** Place in `totalsOf`. */
  readonly t: number;
  /** Place of its day dimension; −1 for none. */
  readonly on: number;
  readonly grain: string;
  readonly bucket: string;
  // d0, d1, …: dimensions. m0, m1, …: measures; p0, p1, …: what they were before `batch`.
}

/** What a batch left of an entity. */
export interface EntityVersion extends Readonly<Record<string, unknown>> {
  /** JSON: names with dots and dollars, and texts with NUL, are as good as any. */
  readonly state: string;
  readonly due: number | null;
  readonly quality: string | null;
  /** Whether it has findings. */
  readonly odd: boolean;
  // i0, i1, …: what the schema indexes.
}

export interface EntityDocument extends EntityVersion {
  readonly _id: string;
  readonly batch: number;
  /** Whether it was there before `batch`. */
  readonly older: boolean;
  /** What it was before `batch`. */
  readonly was: EntityVersion | null;
}

/** A parked event: there from batch `since` on, until batch `until`. */
export interface ParkedDocument {
  readonly _id: string;
  readonly batch: number;
  readonly since: number;
  readonly until: number | null;
  readonly position: number;
  readonly entity: string;
  readonly eventId: string;
  readonly type: string;
  readonly raw: string;
  readonly error: string | null;
}

/** A batch that was begun; the newest closed one is the checkpoint. */
export interface BatchDocument {
  /** Its number. */
  readonly _id: number;
  readonly closed: boolean;
  /** The checkpoint's position before it. */
  readonly from: number;
  /** The checkpoint's position once it is closed. */
  readonly position: number;
  /** Names what is staged for it. */
  readonly token: string;
  /** Number of documents that are staged. */
  readonly parts: number;
}

/** A part of what a batch writes, kept until the batch is closed. */
export interface StagedDocument {
  /** The batch's token and the part's place. */
  readonly _id: string;
  readonly batch: number;
  readonly writes: Uint8Array;
}
