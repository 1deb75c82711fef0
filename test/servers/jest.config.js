import { fileURLToPath } from 'node:url';
import unit from '../../jest.config.js';

/** The suites that need servers; `test/servers/run.ts` starts those. */
const { testPathIgnorePatterns, ...rest } = unit;
export default {
  ...rest,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  testMatch: ['**/*.server.spec.ts'],
  testTimeout: 120_000,
};
