import { describe } from '@jest/globals';
import { appending } from './event-store/appending.ts';
import { damage } from './event-store/damage.ts';
import { finding } from './event-store/finding.ts';
import { idempotency } from './event-store/idempotency.ts';
import { lifecycle } from './event-store/lifecycle.ts';
import { limits } from './event-store/limits.ts';
import { reading } from './event-store/reading.ts';
import { several } from './event-store/several.ts';
import type { SubjectFactory } from './event-store/setup.ts';

export type { Subject, SubjectFactory } from './event-store/setup.ts';

/**
 * What every event store does, whatever its engine.
 *
 * @example
 * eventStoreContract('SQLite', () => Promise.resolve({ store, reopen, second, dispose }));
 */
export const eventStoreContract = (name: string, factory: SubjectFactory): void => {
  describe(`${name} event store`, () => {
    describe('appending', () => appending(factory));
    describe('appending to several streams', () => several(factory));
    describe('idempotency', () => idempotency(factory));
    describe('limits', () => limits(factory));
    describe('reading', () => reading(factory));
    describe('finding', () => finding(factory));
    describe('damage', () => damage(factory));
    describe('lifecycle', () => lifecycle(factory));
  });
};
