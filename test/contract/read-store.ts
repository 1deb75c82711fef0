import { describe } from '@jest/globals';
import { catalogue } from './read-store/catalogue.ts';
import { committing } from './read-store/committing.ts';
import { lists } from './read-store/lists.ts';
import { paging } from './read-store/paging.ts';
import { querying } from './read-store/querying.ts';
import { rollups } from './read-store/rollups.ts';
import type { ReadStoreFactory } from './read-store/setup.ts';
import { summaries } from './read-store/summaries.ts';

export type { ReadStoreFactory, ReadStoreSubject } from './read-store/setup.ts';

/**
 * What every read store does, whatever its engine.
 *
 * @example
 * readStoreContract('SQLite', () => Promise.resolve({ store, reopen, second, dispose }));
 */
export const readStoreContract = (name: string, factory: ReadStoreFactory): void => {
  describe(`${name} read store`, () => {
    describe('catalogue', () => catalogue(factory));
    describe('committing', () => committing(factory));
    describe('roll-ups', () => rollups(factory));
    describe('summaries', () => summaries(factory));
    describe('querying', () => querying(factory));
    describe('paging', () => paging(factory));
    describe('lists', () => lists(factory));
  });
};
