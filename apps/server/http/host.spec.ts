import { describe, expect, it } from '@jest/globals';
import { isLoopback, namesLoopback } from './host.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.255', '::1', 'localhost'])('takes %s', host => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    '10.0.0.1',
    '127.0.0.256',
    '127.1',
    '127.0.0.1.evil.example',
    'example.org',
    '',
  ])('refuses "%s"', host => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('namesLoopback', () => {
  it.each(['localhost', 'localhost:3000', 'LOCALHOST:80', '127.0.0.1:3000', '[::1]', '[::1]:3000'])(
    'takes %s',
    header => {
      expect(namesLoopback(header)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example:3000',
    'localhost@evil.example',
    '127.0.0.1.nip.io',
    'user:pass@localhost',
    'localhost:3000/x',
    '[::2]:3000',
    'localhost:port',
  ])('refuses %s', header => {
    expect(namesLoopback(header)).toBe(false);
  });
});
