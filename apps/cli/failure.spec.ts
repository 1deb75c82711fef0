import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { NotFound, RuleViolation } from '../../libs/domain/errors.ts';
import { UnusableLog } from '../../libs/event-store/errors.ts';
import { ImportRefused } from '../../libs/importing/errors.ts';
import { NoSuchProjection, RebuildFailed } from '../../libs/projecting/port.ts';
import { UnknownDimension } from '../../libs/read-store/errors.ts';
import { CommandFailed, UsageError } from './exit.ts';
import { explainFailure } from './failure.ts';

const system = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: something, open '${path}'`), { code, ...(path && { path }) });

describe('explainFailure', () => {
  it.each([
    [new UsageError('name a metric'), 2, 'name a metric'],
    [new UnknownDimension('color', ['origin']), 2, 'unknown dimension or measure "color"; known: origin'],
    [new NoSuchProjection('x', ['lead-funnel']), 2, 'there is no projection "x"; there are: lead-funnel'],
    [new CommandFailed('nothing there'), 1, 'nothing there'],
    [new NotFound('lead', 'a'), 1, 'there is no lead a'],
    [new RuleViolation('unknown-stage', 'no such stage'), 1, 'no such stage'],
    [new ImportRefused('a.csv', 'is empty'), 1, 'a.csv: is empty'],
    [new RebuildFailed('it contradicts itself'), 1, 'it contradicts itself'],
    [new UnusableLog('log.sqlite', 'not-a-log', 'log.sqlite is no log'), 1, 'log.sqlite is no log'],
    [system('ENOENT', 'leads.csv'), 1, 'leads.csv: there is no such file or folder'],
    [system('EACCES', '/root/x'), 1, '/root/x: this user may not read or write it'],
    [system('ENOSPC'), 1, 'the disk is full'],
  ])('%s', (error, code, message) => {
    expect(explainFailure(error)).toEqual({ code, message });
  });

  it('says what SQLite means, with its code', () => {
    const { code, message } = explainFailure(system('SQLITE_CORRUPT_INDEX'));
    expect(code).toBe(1);
    expect(message).toMatch(/damaged.*SQLITE_CORRUPT_INDEX/);
  });

  it('is one line without escape sequences, whatever the error holds', () => {
    expect(explainFailure(new UsageError('no\n  "\u001b[2J"')).message).toBe('no "\\u001b[2J"');
  });

  it('tells a fault of the program from what people can mend', () => {
    expect(explainFailure(new TypeError('x is not a function'))).toEqual({
      code: 1,
      message: 'something unexpected went wrong: x is not a function (LEADFOLD_DEBUG=1 shows where)',
    });
    expect(explainFailure('odd')).toEqual({ code: 1, message: 'odd' });
  });

  it('knows every error that the libraries throw at their callers', () => {
    const files = [
      ...['domain/errors', 'event-store/errors', 'read-store/errors', 'projecting/port', 'importing/errors'],
      ...['metrics/errors', 'engine/parse-settings'],
    ];
    const names = files.flatMap(file =>
      [...readFileSync(`libs/${file}.ts`, 'utf8').matchAll(/export class (\w+) extends Error/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(names.length).toBeGreaterThan(10);
    const unknown = names.filter(name => {
      const error = Object.assign(new Error('x'), { name });
      return explainFailure(error).message !== 'x';
    });
    expect(unknown).toEqual([]);
  });
});
