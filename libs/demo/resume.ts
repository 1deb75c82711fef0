import type { RecordedEvent } from '../domain/event.ts';
import type { DemoOptions } from './history.ts';
import type { Step } from './step.ts';

/** Raised when the same options make another history than before: an interrupted one can't go on as the new one. */
const version = 2;

/**
 * What a demo stands for, as its events' correlation id: so that the log itself says how an interrupted one goes on.
 *
 * @example
 * demoId({ leads: 1000, seed: '1', end: new Date('2026-01-01') }) // 'demo-2:1000:2026-01-01T00:00:00.000Z:1'
 */
export const demoId = ({ leads, seed, end }: DemoOptions): string =>
  `demo-${version}:${leads}:${end.toISOString()}:${seed}`;

/** The options of the demo that wrote an event; null when it was none, or one of another version. */
export const demoOf = (event: RecordedEvent): DemoOptions | null => {
  const [, made, leads, end, seed] =
    /^demo-(\d+):(\d+):(\d{4}-\d\d-\d\dT[\d:.]+Z):(.*)$/s.exec(event.metadata.correlationId ?? '') ?? [];
  if (event.metadata.actor !== 'demo' || Number(made) !== version) return null;
  if (leads === undefined || end === undefined || seed === undefined) return null;
  return { leads: Number(leads), seed, end: new Date(end) };
};

/** Steps as a set of what a log already holds. */
export interface Noted {
  add(event: RecordedEvent): void;
  has(step: Step): boolean;
}

const doneBy: Readonly<Record<string, Step['do']>> = {
  LeadCaptured: 'captureLead',
  LeadRecaptured: 'captureLead',
  LeadStageChanged: 'changeStage',
  OpportunityOpened: 'openOpportunity',
  OpportunityStageChanged: 'moveOpportunity',
  OpportunityWon: 'winOpportunity',
  OpportunityLost: 'loseOpportunity',
  OpportunityReopened: 'reopenOpportunity',
  OrderPlaced: 'placeOrder',
  OrderCancelled: 'cancelOrder',
};

/** An empty set; commands are known by lead, kind and time, facts by their id. */
export const noted = (): Noted => {
  const keys = new Set<string>();
  return {
    add: event => {
      const action = doneBy[event.type];
      const { touchpointId } = event.data as { touchpointId?: string };
      if (action !== undefined) keys.add(`${action} ${event.metadata.leadId} ${event.occurredAt}`);
      else if (touchpointId !== undefined) keys.add(`fact ${touchpointId}`);
    },
    has: step =>
      keys.has(
        step.do === 'recordTouchpoint'
          ? `fact ${step.command.id}`
          : `${step.do} ${step.leadId} ${step.command.occurredAt}`,
      ),
  };
};
