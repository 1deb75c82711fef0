import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the specs look at of a service. */
export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly user?: string;
  readonly read_only?: boolean;
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

/** A `${NAME…}` in the file. */
export interface Interpolation {
  readonly name: string;
  /** Null: must be given. */
  readonly fallback: string | null;
}

const pattern = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g;

export const interpolationsOf = (text: string): readonly Interpolation[] =>
  [...text.matchAll(pattern)].map(([, name = '', kind, rest = '']) => ({
    name,
    fallback: kind === '?' ? null : rest,
  }));

/** Reads the file as `docker compose` does: what is in the environment, or its default, in the place of its name. */
export const readCompose = (file: string, environment: Readonly<Record<string, string>>): Compose => {
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(pattern, (_, name: string, kind?: string, rest?: string) => {
      const value = environment[name] ?? (kind === '-' ? (rest ?? '') : undefined);
      if (value === undefined) throw new Error(`${name} is not given: ${rest ?? ''}`);
      return value;
    });
  return parse(text, { merge: true }) as Compose;
};
