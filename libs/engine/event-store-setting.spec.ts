import { describe, expect, it } from '@jest/globals';
import { InvalidSettings, parseSettings } from './parse-settings.ts';

const parsed = (value: string) => parseSettings({ LEADFOLD_EVENT_STORE: value }).eventStore;

describe('LEADFOLD_EVENT_STORE', () => {
  it('is the embedded log by default', () => {
    expect(parseSettings({}).eventStore).toEqual({ kind: 'sqlite' });
    expect(parsed('sqlite')).toEqual({ kind: 'sqlite' });
  });

  it.each(['esdb', 'kurrentdb'])('may be an address that begins with %s', scheme => {
    const address = `${scheme}://ann:secret@one:2113,two:2113?tls=true`;
    expect(parsed(address)).toEqual({ kind: 'eventstoredb', address, shown: 'one:2113, two:2113' });
  });

  it.each([
    ['an engine that it does not know', 'postgres', /must be "sqlite" or an address, esdb:/],
    ['another scheme', 'http://one:2113', /an address looks like esdb:/],
    ['an unknown option', 'esdb://one?tsl=false', /unknown option "tsl"/],
  ])('is refused when it is %s', (_, value, sentence) => {
    expect(() => parsed(value)).toThrow(InvalidSettings);
    expect(() => parsed(value)).toThrow(sentence);
  });

  it('never has its password in a refusal', () => {
    expect(() => parsed('esdb://ann:s3cret@one?x=1')).toThrow(/^(?!.*s3cret).*LEADFOLD_EVENT_STORE/);
    expect(() => parsed('esdb://ann:s3cret%@one')).toThrow(/^(?!.*s3cret).*LEADFOLD_EVENT_STORE/);
  });
});
