import { describe, expect, it } from '@jest/globals';
import { saslMechanisms, securityOptions, showsPassword, unsecured, type Security } from './security.ts';

const ann = { user: 'ann', password: 'se:cret' } as const;
const tls = { authorities: null, client: null };

describe('the security of connections', () => {
  it('is none unless told', () => {
    expect(securityOptions(unsecured)).toEqual({});
  });

  it('trusts the authorities of Node unless it is told others', () => {
    expect(securityOptions({ tls, sasl: null })).toEqual({ ssl: {} });
    expect(securityOptions({ tls: { ...tls, authorities: 'CA' }, sasl: null })).toEqual({
      ssl: { ca: 'CA' },
    });
  });

  it('never turns the check of certificates off', () => {
    const client = { certificate: 'CERT', key: 'KEY' };
    const { ssl } = securityOptions({ tls: { authorities: 'CA', client }, sasl: null });
    expect(ssl).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' });
    expect(ssl).not.toHaveProperty('rejectUnauthorized');
  });

  it.each(saslMechanisms)('proves the user by %s, with TLS and without', mechanism => {
    const sasl = { mechanism, ...ann };
    const wanted = { mechanism, username: 'ann', password: 'se:cret' };
    expect(securityOptions({ tls: null, sasl })).toEqual({ sasl: wanted });
    expect(securityOptions({ tls, sasl })).toEqual({ ssl: {}, sasl: wanted });
  });

  it('shows the password to who listens by plain without TLS alone', () => {
    const all: readonly Security[] = [null, tls].flatMap(each =>
      saslMechanisms.map(mechanism => ({ tls: each, sasl: { mechanism, ...ann } })),
    );
    expect(all.filter(showsPassword)).toEqual([{ tls: null, sasl: { mechanism: 'plain', ...ann } }]);
    expect(showsPassword(unsecured)).toBe(false);
  });
});
