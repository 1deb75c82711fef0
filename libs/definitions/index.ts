export { dropCopies, readBundle, writeCopy, type Bundle } from './copies.ts';
export { openDefinitions, type Definitions } from './definitions.ts';
export { DefinitionRefused, DefinitionStopped } from './errors.ts';
export { inspectProjection, type Inspected } from './inspect.ts';
export type { Manifest } from './manifest.ts';
export { api, readRegistry, writeRegistry, type Registered } from './registry.ts';
