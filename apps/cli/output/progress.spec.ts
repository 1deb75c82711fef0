import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { fakeTerminal } from '../testing.ts';
import { progress } from './progress.ts';

describe('progress without a terminal', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is a plain line every three seconds, and none for quick work', () => {
    const terminal = fakeTerminal();
    const shown = progress(terminal, 'importing', 'rows');
    shown.update(100, 1_000);
    expect(terminal.err()).toBe('');
    now = 3_000;
    shown.update(250, 1_000, 'leads.csv');
    now = 4_000;
    shown.update(300, 1_000);
    now = 6_500;
    shown.update(1_000, 1_000);
    shown.end();
    expect(terminal.err()).toBe(
      'importing: 250 of 1,000 rows (25 %), 9 s left, leads.csv\nimporting: 1,000 of 1,000 rows (100 %)\n',
    );
    expect(terminal.out()).toBe('');
  });

  it('has no share of nothing', () => {
    const terminal = fakeTerminal();
    const shown = progress(terminal, 'reading', 'events');
    now = 3_000;
    shown.update(0, 0);
    expect(terminal.err()).toBe('reading: 0 of 0 events (100 %)\n');
  });
});

describe('progress on a terminal', () => {
  it('is a bar that is gone when the work is done', () => {
    const terminal = fakeTerminal({ tty: true });
    const shown = progress(terminal, 'importing', 'rows');
    shown.update(500, 1_000);
    shown.update(1_000, 1_000);
    shown.end();
    expect(terminal.err()).toContain('importing');
    expect(terminal.err()).toContain('500 of 1,000 rows');
    expect(terminal.out()).toBe('');
  });
});
