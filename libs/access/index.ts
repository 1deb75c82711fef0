export { appendEntry } from './append-entry.ts';
export { InvalidKeys, UnreadableKeys } from './errors.ts';
export { entryOf, newKey } from './key.ts';
export type { KeyRing } from './key-ring.ts';
export { openKeyRing, readKeySource, type KeySource } from './key-source.ts';
export { faultOfName } from './parse-keys.ts';
export { allows, isScope, scopes, type ApiKey, type Scope } from './scope.ts';
