import { describe, expect, it } from '@jest/globals';
import { RuleViolation } from '../errors.ts';
import { specify } from '../testing.ts';
import { identityDecider } from './decider.ts';
import { normaliseEmail, normalisePhone } from './normalise.ts';

const claimed = (leadId: string) => ({ type: 'IdentityClaimed', data: { leadId, kind: 'email' } }) as const;
const claim = (leadId: string, voided?: string) => ({ leadId, kind: 'email', void: voided }) as const;

describe('an e-mail or phone', () => {
  const identity = specify(identityDecider);

  it('is claimed while it is free', () =>
    identity
      .given([])
      .when(claim('l1'))
      .then([claimed('l1')]));

  it('stays with its lead', () =>
    identity
      .given([claimed('l1')])
      .when(claim('l1'))
      .then([]));

  it('is refused to another lead, naming both', () =>
    identity
      .given([claimed('l1')])
      .when(claim('l2'))
      .thenRefused('identity-conflict', { leadIds: ['l2', 'l1'] }));

  it('goes to another lead when the claim is known to be void', () => {
    identity
      .given([claimed('l1')])
      .when(claim('l2', 'l1'))
      .then([claimed('l2')]);
    identity
      .given([claimed('l1'), claimed('l2')])
      .when(claim('l3', 'l1'))
      .thenRefused('identity-conflict', { leadIds: ['l3', 'l2'] });
  });

  it('is claimed anew by the same lead when its own claim is void', () =>
    identity
      .given([claimed('l1')])
      .when(claim('l1', 'l1'))
      .then([claimed('l1')]));
});

const ruleOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof RuleViolation) return error.rule;
    throw error;
  }
  return 'none';
};

describe('e-mail addresses', () => {
  it.each([
    ['Ann@Example.org', 'ann@example.org'],
    ['  ann@example.org\n', 'ann@example.org'],
    ['ann@example．org', 'ann@example.org'],
    ['ANN.SMITH+news@Sub.Example.co.uk', 'ann.smith+news@sub.example.co.uk'],
    ["o'hara@example.org", "o'hara@example.org"],
    ['jörg@müller.example', 'jörg@müller.example'],
    ['a@xn--mller-kva.example', 'a@xn--mller-kva.example'],
  ])('%j is compared as %j', (given, normal) => {
    expect(normaliseEmail(given)).toBe(normal);
    expect(normaliseEmail(normal)).toBe(normal);
  });

  it.each([
    '',
    ' ',
    'ann',
    'ann@',
    '@example.org',
    'ann@example',
    'ann@example.',
    'ann@.org',
    'ann@@example.org',
    'ann smith@example.org',
    'ann@exa mple.org',
    'a\0b@example.org',
    'ann@example.org, bob@example.org',
    'Ann <ann@example.org>',
    `${'a'.repeat(320)}@example.org`,
  ])('%j is none', given => expect(ruleOf(() => normaliseEmail(given))).toBe('invalid-email'));

  it('that are hostile are judged at once', () => {
    const began = performance.now();
    expect(ruleOf(() => normaliseEmail(`a@${'a.'.repeat(155)}`))).toBe('invalid-email');
    expect(ruleOf(() => normaliseEmail(`${'a@'.repeat(1_000_000)}b`))).toBe('invalid-email');
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('are never repeated by a refusal', () => {
    expect(() => normaliseEmail('secret person@example')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('phone numbers', () => {
  it.each([
    ['+49 171 1234567', '+491711234567'],
    ['0049-171/123.45.67', '+491711234567'],
    ['+49 (0)171 1234567', '+491711234567'],
    ['49 (171) 1234567', '+491711234567'],
    ['0171 1234567', '+01711234567'],
    ['+４９１７１１２３４５６７', '+491711234567'],
    ['+49 171\u2011123\u00a04567', '+491711234567'],
    ['123456', '+123456'],
    ['123456789012345', '+123456789012345'],
  ])('%j is compared as %j', (given, normal) => {
    expect(normalisePhone(given)).toBe(normal);
    expect(normalisePhone(normal)).toBe(normal);
  });

  it.each([
    '',
    '+',
    '12345',
    '1234567890123456',
    '+49 171 CALLME',
    '++49171123456',
    '49+171123456',
    '+1 555 123 x9',
  ])('%j is none', given => expect(ruleOf(() => normalisePhone(given))).toBe('invalid-phone'));
});
