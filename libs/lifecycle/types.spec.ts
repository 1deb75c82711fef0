import { describe, expect, it } from '@jest/globals';
import { catalog } from '../domain/catalog.ts';
import { lifecycleType, lifecycleTypes, logTypesOf } from './types.ts';

describe('the kinds of lifecycle events', () => {
  it('have names of their own, of one form', () => {
    const names = lifecycleTypes.map(({ type }) => type);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^leadfold\.[a-z]+\.[a-z]+(-[a-z]+)*$/);
  });

  it('tell of events that the log knows and that belong to a lead', () => {
    for (const { event } of lifecycleTypes)
      expect(Object.keys(catalog.get(event)!.schema.properties)).toContain('leadId');
  });

  it('are found by name', () => {
    for (const kind of lifecycleTypes) expect(lifecycleType(kind.type)).toBe(kind);
    expect(lifecycleType('leadfold.lead.lost-and-found')).toBeUndefined();
    expect(lifecycleType('constructor')).toBeUndefined();
  });

  it('say where in the log to look for them, each type once', () => {
    expect(logTypesOf(['leadfold.lead.qualified', 'leadfold.lead.stage-changed'])).toEqual([
      'LeadStageChanged',
    ]);
    expect(logTypesOf(['leadfold.order.placed', 'unknown'])).toEqual(['OrderPlaced']);
    expect(logTypesOf([])).toEqual([]);
  });
});
