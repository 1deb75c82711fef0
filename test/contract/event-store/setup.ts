import { afterEach, beforeEach } from '@jest/globals';
import type { EventStore, Revision, StreamId } from '../../../libs/event-store/port.ts';

/** A store over an empty log of its own. */
export interface Subject {
  readonly store: EventStore;
  /** Closes the store and opens it again over the same log. */
  reopen(): Promise<EventStore>;
  /** Another store over the same log, as another process would open it; the subject closes it. */
  second?(): Promise<EventStore>;
  /** Makes what the log holds of an event unreadable, as a broken disk would; absent where the engine can't be made to. */
  damage?(stream: StreamId, revision: Revision, part: 'data' | 'metadata' | 'personal'): Promise<void>;
  /** Closes what is open and drops the log. */
  dispose(): Promise<void>;
}

export type SubjectFactory = () => Promise<Subject>;

/** Makes a subject before each test and drops it afterwards; the answer gives the present one. */
export const eachWith = (factory: SubjectFactory): (() => Subject) => {
  let subject: Subject;
  beforeEach(async () => {
    subject = await factory();
  });
  afterEach(() => subject.dispose());
  return () => subject;
};
