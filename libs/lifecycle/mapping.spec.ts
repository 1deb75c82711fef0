import { describe, expect, it } from '@jest/globals';
import { HTTP, Kafka } from 'cloudevents';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMapping } from './mapping.ts';
import { recordedAt, testMapping, testRules } from './testing.ts';
import { lifecycleTypes, qualified } from './types.ts';

const captured = recordedAt(7, 'LeadCaptured', {
  leadId: 'l1',
  origin: 'social',
  personal: { email: 'ada@example.org' },
});
const stage = (now: string, from?: string | null) =>
  recordedAt(9, 'LeadStageChanged', { leadId: 'l1', stage: now, ...(from === undefined ? {} : { from }) });
const typesOf = (event: Parameters<typeof testMapping>[0], mapping = testMapping): readonly string[] =>
  mapping(event).map(({ cloudEvent }) => cloudEvent.type.replace('leadfold.', ''));

describe('an event of the log as a CloudEvent', () => {
  it('has the id, the lead, both times, the schema and the place in the log', () => {
    const [told] = testMapping(captured);
    expect(told).toMatchObject({ position: 7, stream: 'lead-l1', revision: 0, leadId: 'l1' });
    expect(JSON.parse(JSON.stringify(told!.cloudEvent))).toEqual({
      specversion: '1.0',
      id: captured.id,
      source: 'urn:leadfold:test',
      type: 'leadfold.lead.captured',
      subject: 'l1',
      partitionkey: 'l1',
      time: '2026-01-01T00:00:00.007Z',
      recordedtime: '2026-01-02T00:00:00.007Z',
      position: '7',
      dataschema: 'urn:leadfold:event:LeadCaptured:1',
      datacontenttype: 'application/json',
      data: { leadId: 'l1', origin: 'social' },
    });
  });

  it('leaves personal data out unless asked, and the log’s event as it is', () => {
    expect(JSON.stringify(testMapping(captured))).not.toContain('ada@');
    const [told] = createMapping({ ...testRules, personal: true })(captured);
    expect(told!.cloudEvent.data).toEqual(captured.data);
    expect(captured.data).toHaveProperty('personal');
  });

  it.each(lifecycleTypes.filter(each => each !== qualified))(
    '$type is valid by the standard, in every binding, and names a schema that is published',
    ({ type, event }) => {
      const [told] = testMapping(recordedAt(1, event, { leadId: 'l1' }));
      expect(told!.cloudEvent.type).toBe(type);
      expect(told!.cloudEvent.validate()).toBe(true);
      expect(HTTP.toEvent(HTTP.structured(told!.cloudEvent))).toMatchObject({ type, subject: 'l1' });
      expect(Kafka.toEvent(Kafka.structured(told!.cloudEvent))).toMatchObject({ type, subject: 'l1' });
      const file = join(import.meta.dirname, '../../docs/events', `${event}.json`);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ $id: told!.cloudEvent.dataschema });
    },
  );

  it('is always the same for the same event', () => {
    expect(testMapping(stage('mql', 'lead'))).toEqual(testMapping(stage('mql', 'lead')));
  });

  it('is not made of what is no lifecycle event, nor of what belongs to no lead', () => {
    expect(testMapping(recordedAt(1, 'PageViewed', { leadId: 'l1' }))).toEqual([]);
    expect(testMapping(recordedAt(1, 'SomethingElse', { leadId: 'l1' }))).toEqual([]);
    expect(testMapping(recordedAt(1, 'LeadCaptured', {}))).toEqual([]);
  });

  it('is refused when a newer Leadfold wrote it', () => {
    expect(() => testMapping({ ...captured, version: 99 })).toThrow(/99/);
  });
});

describe('a lead is qualified', () => {
  it.each([
    ['mql', 'lead'],
    ['sql', 'visitor'],
    ['customer', null],
    ['mql', undefined],
    // A stage that the configuration no longer has is before all others.
    ['mql', 'long-gone'],
  ])('by a change to %s from %s, which is told first', (now, from) => {
    expect(typesOf(stage(now, from))).toEqual(['lead.stage-changed', 'lead.qualified']);
  });

  it.each([
    ['lead', 'visitor'],
    ['sql', 'mql'],
    ['mql', 'sql'],
    ['long-gone', 'lead'],
  ])('not by a change to %s from %s', (now, from) => {
    expect(typesOf(stage(now, from))).toEqual(['lead.stage-changed']);
  });

  it('never where the workspace has no such stage', () => {
    for (const qualifiedStage of [null, 'long-gone'])
      expect(typesOf(stage('mql', 'lead'), createMapping({ ...testRules, qualifiedStage }))).toEqual([
        'lead.stage-changed',
      ]);
  });

  it('with an id of its own, so that dropping repeats drops neither', () => {
    const [changed, told] = testMapping(stage('mql', 'lead'));
    expect(changed!.cloudEvent.id).toBe(stage('mql').id);
    expect(told!.cloudEvent.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(told!.cloudEvent.data).toEqual(changed!.cloudEvent.data);
    expect(told!.cloudEvent.validate()).toBe(true);
  });
});
