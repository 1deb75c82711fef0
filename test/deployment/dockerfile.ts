import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One instruction of a Dockerfile: `COPY`, `apps apps`. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface Stage {
  /** After `AS`; null for one without a name. */
  readonly name: string | null;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the parts of a Dockerfile's language that ours uses. */
export const readDockerfile = (file: string): readonly Stage[] => {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line.trim() !== '');
  const stages: { name: string | null; image: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not understood: ${line}`);
    if (name !== 'FROM') {
      stages.at(-1)?.instructions.push({ name, rest });
      continue;
    }
    const [image = '', , as = null] = rest.split(' ');
    stages.push({ image, name: as, instructions: [] });
  }
  return stages;
};

/** The arguments of an instruction in JSON form. */
export const listOf = (rest: string): readonly string[] =>
  JSON.parse(rest.slice(rest.indexOf('['))) as string[];

/** What `COPY` names: where from, and where to. */
export const copyOf = (rest: string) => {
  const words = rest.split(' ');
  const [first = ''] = words;
  const from = first.startsWith('--from=') ? first.slice('--from='.length) : null;
  const paths = from === null ? words : words.slice(1);
  return { from, sources: paths.slice(0, -1), target: paths.at(-1)! };
};

export const root = resolve('.');
/** The stages of this repository's image. */
export const stages = readDockerfile(join(root, 'Dockerfile'));
export const last = stages.at(-1)!;
export const stageNamed = (name: string): Stage => stages.find(stage => stage.name === name)!;
export const restsOf = (stage: Stage, name: string): readonly string[] =>
  stage.instructions.filter(one => one.name === name).map(({ rest }) => rest);
