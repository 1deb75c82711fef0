import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/event.ts';
import { demoId, demoOf, noted } from './resume.ts';
import type { Step } from './step.ts';

const event = (given: Partial<RecordedEvent>): RecordedEvent => ({
  id: '0',
  type: 'LeadCaptured',
  version: 1,
  stream: 'lead-a',
  revision: 0,
  position: 1,
  occurredAt: 5,
  recordedAt: 9,
  data: { leadId: 'a' },
  metadata: { leadId: 'a', actor: 'demo' },
  ...given,
});

describe('demoOf', () => {
  it.each(['1', 'spring', 'a:b:c', ' with\nbreaks ', 'ü'])(
    'reads back what demoId wrote for the seed %j',
    seed => {
      const demo = { leads: 1_000, seed, end: new Date('2026-05-01T00:00:00Z') };
      expect(demoOf(event({ metadata: { actor: 'demo', correlationId: demoId(demo) } }))).toEqual(demo);
    },
  );

  it.each([
    ['another actor', { actor: 'api', correlationId: 'demo-2:1:2026-05-01T00:00:00.000Z:1' }],
    ['another version', { actor: 'demo', correlationId: 'demo-0:1:2026-05-01T00:00:00.000Z:1' }],
    ['another correlation', { actor: 'demo', correlationId: 'request-7' }],
    ['no correlation', { actor: 'demo' }],
  ])('is null for an event of %s', (_, metadata) => {
    expect(demoOf(event({ metadata }))).toBeNull();
  });
});

describe('noted', () => {
  const capture: Step = { at: 5, leadId: 'a', do: 'captureLead', command: { id: 'a', occurredAt: 5 } };
  const fact: Step = {
    at: 6,
    leadId: 'a',
    do: 'recordTouchpoint',
    command: { id: 'a-1', type: 'PageViewed', leadId: 'a', occurredAt: 6 },
  };

  it('knows a command by its lead, kind and time', () => {
    const log = noted();
    log.add(event({}));
    expect(log.has(capture)).toBe(true);
    expect(log.has({ ...capture, leadId: 'b' })).toBe(false);
    expect(log.has({ ...capture, command: { id: 'a', occurredAt: 6 } })).toBe(false);
    expect(
      log.has({ at: 5, leadId: 'a', do: 'changeStage', command: { id: 'a', stage: 'mql', occurredAt: 5 } }),
    ).toBe(false);
  });

  it('knows a second capture, which the log calls by another name', () => {
    const log = noted();
    log.add(event({ type: 'LeadRecaptured' }));
    expect(log.has(capture)).toBe(true);
  });

  it('knows a fact by its id', () => {
    const log = noted();
    expect(log.has(fact)).toBe(false);
    log.add(event({ type: 'PageViewed', data: { leadId: 'a', touchpointId: 'a-1' } }));
    expect(log.has(fact)).toBe(true);
  });

  it('takes events of no step in its stride', () => {
    const log = noted();
    log.add(event({ type: 'IdentityClaimed', stream: 'identity-x' }));
    expect(log.has(capture)).toBe(false);
  });
});
