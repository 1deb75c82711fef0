import { describe, expect, it } from '@jest/globals';
import { recordedAt, testMapping } from '../testing.ts';
import { frames, heartbeat, opening } from './frames.ts';

const order = testMapping(recordedAt(7, 'OrderPlaced', { leadId: 'l1', note: 'two\nlines' }));
const stage = testMapping(recordedAt(9, 'LeadStageChanged', { leadId: 'l1', stage: 'mql', from: 'lead' }));

/** Reads a stream as the HTML standard says: what is dispatched, and the last id after it. */
const dispatched = (text: string): readonly { readonly data: unknown; readonly id: string }[] => {
  const found: { data: unknown; id: string }[] = [];
  let id = '';
  for (const block of text.split('\n\n')) {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) id = line.slice(4);
      if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (data !== '') found.push({ data: JSON.parse(data), id });
  }
  return found;
};

describe('events as server-sent events', () => {
  it('are one line of JSON each, and the position as the id', () => {
    expect(frames(order)).toBe(`data: ${JSON.stringify(order[0]!.cloudEvent)}\nid: 7\n\n`);
    expect(frames([])).toBe('');
  });

  it('leave the place alone until all that shares it was sent', () => {
    expect(dispatched(frames([...order, ...stage])).map(({ id }) => id)).toEqual(['7', '7', '9']);
    // For a client that wants but the first of two, that is all.
    expect(dispatched(frames(stage.slice(0, 1))).map(({ id }) => id)).toEqual(['9']);
  });

  it('are the same text each time', () => {
    expect(frames(order)).toBe(frames([...order]));
  });

  it('move the place also when there is nothing to tell', () => {
    expect(dispatched(`${frames(order)}${heartbeat(12)}`)).toHaveLength(1);
    expect(heartbeat(12)).toBe(': nothing new\nid: 12\n\n');
    expect(opening(2_000)).toBe('retry: 2000\n: open\n\n');
  });
});
