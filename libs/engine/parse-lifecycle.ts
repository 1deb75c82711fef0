import { Type, type Static } from '@sinclair/typebox';
import { exactly, Label } from '../domain/schema.ts';
import type { LifecycleRules } from '../lifecycle/index.ts';

/** The member `lifecycle` of a configuration file. */
export const LifecycleSchema = exactly({
  source: Type.Optional(
    Type.String({ pattern: '^[!#-;=?-_a-z~]{1,200}$', description: 'A URI or a reference' }),
  ),
  qualifiedStage: Type.Optional(Type.Union([Label, Type.Null()])),
});

/** By default leads count as qualified from this stage on, in a workspace that has it. */
const usualStage = 'mql';

/**
 * What a workspace decides about its lifecycle events.
 *
 * @param stages names of the life cycle's stages, in order
 * @throws Error when the stage is none of them
 */
export const lifecycleRules = (
  { source = 'urn:leadfold', qualifiedStage }: Static<typeof LifecycleSchema>,
  stages: readonly string[],
): LifecycleRules => {
  if (qualifiedStage !== undefined && qualifiedStage !== null && !stages.includes(qualifiedStage))
    throw new Error(`/lifecycle/qualifiedStage: "${qualifiedStage}" is none of the stages`);
  const usual = stages.includes(usualStage) ? usualStage : null;
  return { source, stages, qualifiedStage: qualifiedStage === undefined ? usual : qualifiedStage };
};
