import { describe, expect, it } from '@jest/globals';
import { validate, version } from 'uuid';
import { createNewId } from './new-id.ts';

describe('createNewId', () => {
  it('makes UUIDs of version 7, never one twice, over many fillings of its pool', () => {
    const newId = createNewId(8);
    const ids = Array.from({ length: 1_000 }, newId);
    expect(ids.every(id => validate(id) && version(id) === 7 && id === id.toLowerCase())).toBe(true);
    expect(new Set(ids.map(id => id.slice(-12))).size).toBe(1_000);
  });

  it('makes them go by time', async () => {
    const newId = createNewId();
    const first = newId();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(newId() > first).toBe(true);
  });

  it('shares nothing between generators', () => {
    const [one, two] = [createNewId(), createNewId()];
    expect(new Set([...Array.from({ length: 100 }, one), ...Array.from({ length: 100 }, two)]).size).toBe(
      200,
    );
  });
});
