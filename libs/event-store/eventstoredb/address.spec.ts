import { describe, expect, it } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import fc from 'fast-check';
import { InvalidAddress, parseAddress } from './address.ts';

describe('an address', () => {
  it.each([
    ['esdb://localhost', 'esdb://localhost', 'localhost'],
    ['esdb://localhost:2113/?tls=false', 'esdb://localhost:2113?tls=false', 'localhost:2113'],
    ['kurrentdb://localhost:2113', 'esdb://localhost:2113', 'localhost:2113'],
    ['kurrent://localhost', 'esdb://localhost', 'localhost'],
    ['esdb://ann:se%3Acret@db:2113', 'esdb://ann:se%3Acret@db:2113', 'db:2113'],
    ['esdb://ann:a:b@db', 'esdb://ann:a%3Ab@db', 'db'],
    ['esdb://a:1,b:2', 'esdb://a:1,b:2?gossipTimeout=2', 'a:1, b:2'],
    [
      'kurrentdb+discover://cluster.example',
      'esdb+discover://cluster.example?gossipTimeout=2',
      'cluster.example',
    ],
    ['esdb://a,b?gossipTimeout=9', 'esdb://a,b?gossipTimeout=9', 'a, b'],
    ['esdb://a?TLS=true&tlsCaFile=/etc/ca.pem', 'esdb://a?tls=true&tlsCAFile=%2Fetc%2Fca.pem', 'a'],
    ['esdb://a?connectionName=x%26y', 'esdb://a?connectionName=x%26y', 'a'],
  ])('%s is handed to the client as %s', (text, connectionString, shown) => {
    expect(parseAddress(text)).toEqual({ connectionString, shown });
  });

  it.each([
    ['', /looks like esdb:/],
    ['localhost:2113', /looks like esdb:/],
    ['http://localhost', /looks like esdb:/],
    ['esdb://', /looks like esdb:/],
    ['esdb://a b', /a host "a b" is not/],
    ['esdb://[::1]:2113', /is not host or host:port/],
    ['esdb://a:port', /a host "a:port" is not/],
    ['esdb://a:70000', /a host "a:70000" is not/],
    ['esdb://ann@a', /a user and a password/],
    ['esdb://ann:%ZZ@a', /the password holds a %/],
    ['esdb://a?what=1', /unknown option "what"; options are tls,/],
    ['esdb://a?tls=perhaps', /tls can't be "perhaps"/],
    ['esdb://a?tlsVerifyCert=false', /always checks certificates/],
    ['esdb://a?nodePreference=follower', /only the leader/],
    ['esdb://a?throwOnAppendFailure=false', /has to be told/],
    ['esdb://a?gossipTimeout=0', /gossipTimeout can't be "0"/],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => parseAddress(text)).toThrow(InvalidAddress);
    expect(() => parseAddress(text)).toThrow(sentence);
  });

  it('never shows a password, wherever it is wrong', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ':', '@', '/', '?', '&', '=', '%', ',', '#', '[', ']'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, text, (before, after) => {
        try {
          expect(parseAddress(`esdb://ann:S3CRET${before}@host${after}`).shown).not.toContain('S3CRET');
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidAddress);
          expect(String(error)).not.toContain('S3CRET');
        }
      }),
    );
  });

  it('that is taken is taken by the client too, with any user and password', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (user, password) => {
        fc.pre(user.isWellFormed() && password.isWellFormed());
        const { connectionString } = parseAddress(
          `esdb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@a:1,b:2?keepAliveInterval=10000`,
        );
        expect(() => EventStoreDBClient.connectionString(connectionString)).not.toThrow();
      }),
    );
  });
});
