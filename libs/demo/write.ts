import { appendLimits } from '../event-store/port.ts';
import type { CommandContext, Commands, Touchpoint } from '../handling/port.ts';
import type { Step } from './step.ts';

/** Steps under way at a time: enough that every commit of the log is shared by many. */
const window = appendLimits.events;

/** How far the writing is. */
export interface Written {
  readonly done: number;
  readonly total: number;
}

/** How to write. */
export interface WriteRun {
  readonly actor: string;
  /** Goes into every event's metadata. */
  readonly correlationId: string;
  /** Stops after the steps under way. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (written: Written) => void;
}

/**
 * Writes steps as any client would: each lead's in order, different leads' at the same time, facts in bulk.
 *
 * @throws Error when a fact is refused; whatever the commands throw
 */
export const writeSteps = async (
  commands: Commands,
  steps: readonly Step[],
  run: WriteRun,
): Promise<Written> => {
  const total = steps.length;
  let done = 0;
  while (done < total && run.signal?.aborted !== true) {
    const under = steps.slice(done, done + window);
    await writeWindow(commands, under, run);
    done += under.length;
    run.onProgress?.({ done, total });
  }
  return { done, total };
};

const writeWindow = async (commands: Commands, steps: readonly Step[], run: WriteRun): Promise<void> => {
  const context = (command: string): CommandContext => ({
    command,
    actor: run.actor,
    source: run.actor,
    correlationId: run.correlationId,
  });
  for (const { facts, others } of rounds(steps)) {
    await Promise.all(others.map(step => writeOne(commands, step, context(step.do))));
    if (facts.length === 0) continue;
    const results = await commands.recordTouchpoints(facts, context('recordTouchpoints'));
    const refused = results.find(({ outcome }) => outcome === 'refused');
    if (refused !== undefined) throw new Error(`${refused.id} was refused: ${refused.reason}`);
  }
};

interface Round {
  /** At most one a lead. */
  readonly others: Exclude<Step, { do: 'recordTouchpoint' }>[];
  /** Facts that follow those, up to the lead's next command. */
  readonly facts: Touchpoint[];
}

/** Cuts steps into rounds that keep each lead's order and within which leads don't wait for each other. */
const rounds = (steps: readonly Step[]): readonly Round[] => {
  const found: Round[] = [];
  const reached = new Map<string, { round: number; free: boolean }>();
  const at = (index: number): Round => (found[index] ??= { others: [], facts: [] });
  for (const step of steps) {
    const { round, free } = reached.get(step.leadId) ?? { round: 0, free: true };
    if (step.do === 'recordTouchpoint') {
      at(round).facts.push(step.command);
      reached.set(step.leadId, { round, free: false });
    } else {
      const own = free ? round : round + 1;
      for (let index = found.length; index < own; index++) at(index);
      at(own).others.push(step);
      reached.set(step.leadId, { round: own, free: false });
    }
  }
  return found;
};

const writeOne = async (
  commands: Commands,
  step: Exclude<Step, { do: 'recordTouchpoint' }>,
  context: CommandContext,
): Promise<unknown> => {
  switch (step.do) {
    case 'captureLead':
      return commands.captureLead(step.command, context);
    case 'changeStage':
      return commands.changeStage(step.command, context);
    case 'openOpportunity':
      return commands.openOpportunity(step.command, context);
    case 'moveOpportunity':
      return commands.moveOpportunity(step.command, context);
    case 'winOpportunity':
      return commands.winOpportunity(step.command, context);
    case 'loseOpportunity':
      return commands.loseOpportunity(step.command, context);
    case 'reopenOpportunity':
      return commands.reopenOpportunity(step.command, context);
    case 'placeOrder':
      return commands.placeOrder(step.command, context);
    case 'cancelOrder':
      return commands.cancelOrder(step.command, context);
  }
};
