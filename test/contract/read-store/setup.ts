import { afterEach, beforeEach } from '@jest/globals';
import type { Generation, ReadStore } from '../../../libs/read-store/port.ts';
import { aGeneration } from '../../support/reads.ts';

/** A read store without any generation. */
export interface ReadStoreSubject {
  readonly store: ReadStore;
  /** Closes all that is open and opens the store again over the same data. */
  reopen(): Promise<ReadStore>;
  /** Another store over the same data, as another process would open it; the subject closes it. */
  second?(): Promise<ReadStore>;
  /** Closes what is open and drops the data. */
  dispose(): Promise<void>;
}

export type ReadStoreFactory = () => Promise<ReadStoreSubject>;

/** Makes a subject before each test and drops it afterwards; the answers give the present one and a generation in it. */
export const eachWith = (
  factory: ReadStoreFactory,
): { readonly subject: () => ReadStoreSubject; readonly deals: () => Promise<Generation> } => {
  let subject: ReadStoreSubject;
  beforeEach(async () => {
    subject = await factory();
  });
  afterEach(() => subject.dispose());
  return { subject: () => subject, deals: () => subject.store.create(aGeneration()) };
};
