import type { Bridge, Question } from './bridge.ts';
import type { Outcome } from './protocol.ts';

/** Work that asks one question after another; whoever runs it decides how to wait for the answers. */
export type Steps<Result> = Generator<Question, Result, Outcome>;

/** Runs it and lets nothing else happen in this thread. */
export const runNow = <Result>({ askNow }: Bridge, steps: Steps<Result>): Result => {
  let step = steps.next();
  while (step.done !== true) step = steps.next(askNow(step.value));
  return step.value;
};

/** Runs it while other things go on. */
export const runLater = async <Result>({ ask }: Bridge, steps: Steps<Result>): Promise<Result> => {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await ask(step.value));
  return step.value;
};
