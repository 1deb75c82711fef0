/** A definition that can't be used; the message says which file, where in it and what to do. Nothing was registered. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
}

/** Code of a definition did not come back in time, or took too much memory; its process was ended. */
export class DefinitionStopped extends Error {
  override readonly name = 'DefinitionStopped';
}
