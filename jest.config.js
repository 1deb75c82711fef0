/** Specs run as native ES modules; decorators and types are handled by swc. */
export default {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/apps',
    '<rootDir>/libs',
    '<rootDir>/projections',
    '<rootDir>/imports',
    '<rootDir>/bench',
    '<rootDir>/test',
  ],
  testMatch: ['**/*.spec.ts'],
  // They need servers: `npm run test:servers`.
  testPathIgnorePatterns: ['/node_modules/', '\\.server\\.spec\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 30_000,
  maxWorkers: 2,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};
