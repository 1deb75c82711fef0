import { expect } from '@jest/globals';
import type { Load } from './load.ts';

/** Nothing acknowledged is lost, nothing is there twice, and the reader saw no gap. */
export const checkWhole = ({ seen }: Load): void => {
  const { acknowledged, delivered } = seen;
  const written = acknowledged.flatMap(({ events }) => events.map(({ id }) => id));
  const read = delivered.map(({ id }) => id);
  expect(new Set(read).size).toBe(read.length);
  expect(new Set(written).size).toBe(written.length);
  expect([...read].sort()).toEqual([...written].sort());
  const byPosition = new Map(delivered.map(event => [event.position, event]));
  for (const { stream, events, revision, position } of acknowledged)
    expect(byPosition.get(position)).toMatchObject({ stream, revision, id: events.at(-1)!.id });
  const heads = new Map<string, number>();
  let last = 0;
  for (const { stream, revision, position } of delivered) {
    expect(position).toBeGreaterThan(last);
    expect(revision).toBe((heads.get(stream) ?? -1) + 1);
    heads.set(stream, revision);
    last = position;
  }
};
