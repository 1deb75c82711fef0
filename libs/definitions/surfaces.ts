import { ownModule } from './own-module.ts';

const surfaces: Readonly<Record<string, string>> = {
  'leadfold/projecting': ownModule('projecting').href,
  'leadfold/importing': ownModule('importing').href,
};

/** The module of the running program that a definition means by `leadfold/…`, so that there is one copy of it. */
export const surfaceOf = (specifier: string): string | null =>
  Object.hasOwn(surfaces, specifier) ? (surfaces[specifier] ?? null) : null;

/** What a definition may import by name. */
export const surfaceNames: readonly string[] = Object.keys(surfaces);
