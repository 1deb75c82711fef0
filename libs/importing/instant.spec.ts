import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { RowError } from './define.ts';
import { createImportContext } from './instant.ts';

const at = (text: string, zone = 'UTC'): string =>
  new Date(createImportContext(zone).instant(text, 'when')).toISOString();

describe('local dates and times', () => {
  it.each([
    ['2018-02-26', '2018-02-26T00:00:00.000Z'],
    ['2018-02-26 19:58:54', '2018-02-26T19:58:54.000Z'],
    ['2018-02-26T19:58', '2018-02-26T19:58:00.000Z'],
    ['2018-02-26 19:58:54.25', '2018-02-26T19:58:54.250Z'],
    ['2018-02-26 19:58:54.999999999', '2018-02-26T19:58:54.999Z'],
    [' 2018-02-26 ', '2018-02-26T00:00:00.000Z'],
    ['2016-02-29', '2016-02-29T00:00:00.000Z'],
    ['2018-02-26T19:58:54Z', '2018-02-26T19:58:54.000Z'],
    ['2018-02-26T19:58:54+02:00', '2018-02-26T17:58:54.000Z'],
    ['2018-02-26T19:58:54-0330', '2018-02-26T23:28:54.000Z'],
  ])('reads %s', (text, instant) => expect(at(text)).toBe(instant));

  it.each([
    '2018-02-30',
    '2018-02-29',
    '2018-13-01',
    '2018-00-10',
    '2018-04-31',
    '2018-01-01 24:00:00',
    '2018-01-01 12:60:00',
    '2018-01-01 12:00:60',
    '0000-01-01',
    '2018-1-1',
    '26.02.2018',
    '02/26/2018',
    '2018-02-26 7:00',
    '2018-02-26Z',
    '2018-02-26 12:00 PM',
    '2018-02-26 12:00:00+25:00',
    '1519675134',
    '',
    'yesterday',
    '+002018-02-26',
  ])('refuses %j with its column', text => {
    expect(() => at(text)).toThrow(RowError);
    expect(() => at(text)).toThrow(expect.objectContaining({ column: 'when' }));
  });

  it('uses the zone of the workspace', () => {
    expect(at('2018-07-01 12:00', 'America/Sao_Paulo')).toBe('2018-07-01T15:00:00.000Z');
    expect(at('2018-01-01 12:00', 'America/Sao_Paulo')).toBe('2018-01-01T14:00:00.000Z');
    expect(at('2018-07-01', 'Asia/Kolkata')).toBe('2018-06-30T18:30:00.000Z');
  });

  it('refuses a time that the clocks skipped', () => {
    expect(() => at('2018-03-25 02:30', 'Europe/Berlin')).toThrow('does not exist in Europe/Berlin');
    expect(at('2018-03-25 01:59', 'Europe/Berlin')).toBe('2018-03-25T00:59:00.000Z');
    expect(at('2018-03-25 03:00', 'Europe/Berlin')).toBe('2018-03-25T01:00:00.000Z');
  });

  it('takes the first of two times of the same name', () => {
    expect(at('2018-10-28 02:30', 'Europe/Berlin')).toBe('2018-10-28T00:30:00.000Z');
    expect(at('2018-10-28 03:00', 'Europe/Berlin')).toBe('2018-10-28T02:00:00.000Z');
  });

  it('begins a day with its first instant where midnight was skipped', () => {
    expect(at('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
    expect(() => at('2018-11-04 00:30', 'America/Sao_Paulo')).toThrow('does not exist');
  });

  it('refuses a day that a place left out', () => {
    expect(() => at('2011-12-30', 'Pacific/Apia')).toThrow('does not exist in Pacific/Apia');
    expect(at('2011-12-31', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  });

  it('refuses an unknown zone', () => expect(() => createImportContext('Mars/Base')).toThrow('"Mars/Base"'));

  it('agrees with luxon wherever the time exists', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Asia/Tehran',
    );
    const range = { min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) };
    fc.assert(
      fc.property(zones, fc.integer(range), (zone, instant) => {
        const local = DateTime.fromMillis(Math.floor(instant / 1_000) * 1_000, { zone });
        const text = local.toFormat('yyyy-MM-dd HH:mm:ss');
        const read = createImportContext(zone).instant(text, 'when');
        expect(DateTime.fromMillis(read, { zone }).toFormat('yyyy-MM-dd HH:mm:ss')).toBe(text);
        expect(read).toBeLessThanOrEqual(local.toMillis());
        expect(local.toMillis() - read).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: 500 },
    );
  });

  it('says so when a definition hands over no text', () => {
    const { instant } = createImportContext('UTC');
    expect(() => instant(undefined as unknown as string, 'since')).toThrow(
      'since was given no text; is the name of a column misspelt',
    );
  });
});
