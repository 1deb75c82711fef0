import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signatureHeaders, webhookSecret } from './secret.ts';

const secret = webhookSecret('workspace', 'w1', 1);

describe('a webhook’s secret', () => {
  it('is of the standard’s form, and always the same', () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhookSecret('workspace', 'w1', 1)).toBe(secret);
  });

  it('is another one for each webhook, version and workspace', () => {
    const others = [
      webhookSecret('workspace', 'w2', 1),
      webhookSecret('workspace', 'w1', 2),
      webhookSecret('other', 'w1', 1),
    ];
    expect(new Set([secret, ...others]).size).toBe(4);
  });
});

describe('a delivery’s signature', () => {
  it('is what an independent implementation takes, for any body', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.jsonValue(), (id, value) => {
        const body = JSON.stringify({ value });
        const headers = signatureHeaders([secret], id, Date.now(), body);
        expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
      }),
    );
  });

  it('is taken by either secret while one replaces the other', () => {
    const next = webhookSecret('workspace', 'w1', 2);
    const headers = signatureHeaders([next, secret], 'm1', Date.now(), '{}');
    for (const each of [secret, next]) expect(new Webhook(each).verify('{}', { ...headers })).toEqual({});
  });

  it('is refused for another body, id, time or secret', () => {
    const headers = { ...signatureHeaders([secret], 'm1', Date.now(), '{}') };
    const verify =
      (body: string, given: Record<string, string>, by = secret) =>
      () =>
        new Webhook(by).verify(body, given);
    expect(verify('{}', headers)).not.toThrow();
    expect(verify('{ }', headers)).toThrow();
    expect(verify('{}', { ...headers, 'webhook-id': 'm2' })).toThrow();
    expect(verify('{}', headers, webhookSecret('workspace', 'w2', 1))).toThrow();
    const old = signatureHeaders([secret], 'm1', Date.now() - 3_600_000, '{}');
    expect(verify('{}', { ...old })).toThrow();
  });
});
