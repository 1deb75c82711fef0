import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { exactly, Label, Probability } from '../domain/schema.ts';
import { defaultWorkspace, type Workspace } from '../projecting/workspace.ts';

const Schema = exactly({
  stages: Type.Optional(
    Type.Array(exactly({ name: Label, probability: Probability }), { minItems: 2, maxItems: 30 }),
  ),
  plausible: Type.Optional(exactly({ amountBelow: Type.Number({ exclusiveMinimum: 0 }) })),
});

/**
 * The workspace that a configuration file's text describes; what it leaves out stays as by default.
 *
 * @example
 * parseWorkspace('{ "stages": [{ "name": "lead", "probability": 0.1 }, { "name": "customer", "probability": 1 }] }');
 * @throws Error with a sentence per fault
 */
export const parseWorkspace = (text: string): Workspace => {
  const given: unknown = JSON.parse(text);
  if (!Value.Check(Schema, given)) {
    const faults = [...Value.Errors(Schema, given)].map(({ path, message }) => `${path || '/'}: ${message}`);
    throw new Error(faults.slice(0, 5).join('; '));
  }
  const stages = given.stages ?? defaultWorkspace.stages;
  checkStages(stages);
  return { stages, plausible: given.plausible ?? defaultWorkspace.plausible };
};

const checkStages = (stages: Workspace['stages']): void => {
  const names = stages.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`/stages: "${twice}" stands twice`);
};
