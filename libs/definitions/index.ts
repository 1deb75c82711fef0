export {
  dropCandidate,
  forgetHeld,
  holdProjection,
  prepareProjection,
  registerProjection,
  unregisterProjection,
  type Candidate,
} from './adding.ts';
export { openDefinitions, type Definitions } from './definitions.ts';
export { DefinitionRefused, DefinitionStopped } from './errors.ts';
export { definitionsFolder } from './registry.ts';
export { loadOwnImport, type OwnImport } from './own-import.ts';
export { readHeld, readRegistry, type Registered } from './registry.ts';
