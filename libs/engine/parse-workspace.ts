import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { exactly, Label, Probability } from '../domain/schema.ts';
import { defaultWorkspace, type Workspace } from '../projecting/workspace.ts';
import { checkModel } from '../scoring/index.ts';
import type { LifecycleRules } from '../lifecycle/index.ts';
import type { Topic } from '../lifecycle/kafka/topic.ts';
import { KafkaSchema, kafkaTopics } from './parse-kafka.ts';
import { LifecycleSchema, lifecycleRules } from './parse-lifecycle.ts';
import { ScoreModelSchema } from './score-schema.ts';

const Days = Type.Integer({ minimum: 1, maximum: 36_500 });

const Schema = exactly({
  stages: Type.Optional(
    Type.Array(exactly({ name: Label, probability: Probability }), { minItems: 2, maxItems: 30 }),
  ),
  plausible: Type.Optional(exactly({ amountBelow: Type.Number({ exclusiveMinimum: 0 }) })),
  funnel: Type.Optional(
    exactly({ within: Type.Array(Type.Integer({ minimum: 0, maximum: 36_500 }), { maxItems: 12 }) }),
  ),
  churn: Type.Optional(
    exactly({
      inactiveDays: Type.Optional(Days),
      kept: Type.Optional(Type.Array(Days, { maxItems: 12 })),
    }),
  ),
  score: Type.Optional(ScoreModelSchema),
  lifecycle: Type.Optional(LifecycleSchema),
  kafka: Type.Optional(KafkaSchema),
});

/** What a configuration file decides. */
export interface Configuration {
  readonly workspace: Workspace;
  /** Apart from the workspace, because no number depends on it. */
  readonly lifecycle: LifecycleRules;
  readonly topics: readonly Topic[];
}

/**
 * What a configuration file's text describes; what it leaves out stays as by default.
 *
 * @example
 * parseConfiguration('{ "stages": [{ "name": "lead", "probability": 0.1 }, { "name": "customer", "probability": 1 }] }');
 * @throws Error with a sentence per fault
 */
export const parseConfiguration = (text: string): Configuration => {
  const given: unknown = JSON.parse(text);
  if (!Value.Check(Schema, given)) {
    const faults = [...Value.Errors(Schema, given)].map(({ path, message }) => `${path || '/'}: ${message}`);
    throw new Error(faults.slice(0, 5).join('; '));
  }
  const stages = given.stages ?? defaultWorkspace.stages;
  checkStages(stages);
  const workspace = {
    stages,
    plausible: given.plausible ?? defaultWorkspace.plausible,
    funnel: given.funnel ? { within: inOrder(given.funnel.within) } : defaultWorkspace.funnel,
    churn: churnOf(given.churn ?? {}),
    score: given.score ? scoreOf(given.score) : defaultWorkspace.score,
  };
  const names = stages.map(({ name }) => name);
  return {
    workspace,
    lifecycle: lifecycleRules(given.lifecycle ?? {}, names),
    topics: kafkaTopics(given.kafka ?? {}),
  };
};

/** The workspace alone. @throws Error with a sentence per fault */
export const parseWorkspace = (text: string): Workspace => parseConfiguration(text).workspace;

const scoreOf = ({ groups = {}, ...rest }: Static<typeof ScoreModelSchema>): Workspace['score'] => {
  const model = { groups, ...rest };
  const faults = checkModel(model).map(fault => `/score${fault}`);
  if (faults.length > 0) throw new Error(faults.slice(0, 5).join('; '));
  return model;
};

const churnOf = ({
  inactiveDays = defaultWorkspace.churn.inactiveDays,
  kept = defaultWorkspace.churn.kept,
}: Partial<Workspace['churn']>): Workspace['churn'] => ({
  inactiveDays,
  kept: inOrder([...kept, inactiveDays]),
});

const inOrder = (days: readonly number[]): readonly number[] => [...new Set(days)].sort((a, b) => a - b);

const checkStages = (stages: Workspace['stages']): void => {
  const names = stages.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`/stages: "${twice}" stands twice`);
};
