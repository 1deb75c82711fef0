import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from '@jest/globals';
import { makeCertificates, type Certificates } from '../../test/support/certificates.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { InvalidSettings, parseSettings } from './parse-settings.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

type Texts = Readonly<Record<string, string>>;
const kafka = { LEADFOLD_KAFKA: 'a:9093' };
const tls = { ...kafka, LEADFOLD_KAFKA_TLS: 'true' };
const user = {
  LEADFOLD_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  LEADFOLD_KAFKA_USER: 'ann',
  LEADFOLD_KAFKA_PASSWORD: 'se:cret',
};
const without = (name: keyof typeof user): Texts =>
  Object.fromEntries(Object.entries({ ...tls, ...user }).filter(([each]) => each !== name));
const securityOf = (environment: Texts) => parseSettings(environment).kafka?.security;

const authorities = file('ca.pem', rootCertificates.slice(0, 2).join('\n'));
const one = file('certificate.pem', rootCertificates[0]!);
const keyText = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
});
const key = file('key.pem', String(keyText));
const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: 'p',
});
const none = join(folder.path, 'none');

const made = (): Certificates | null => {
  try {
    return makeCertificates(folder.path);
  } catch {
    process.stderr.write('a case is skipped: openssl could not make a certificate\n');
    return null;
  }
};
const certificates = made();

describe('the security of Kafka', () => {
  it('is none unless set', () => {
    expect(securityOf(kafka)).toEqual({ tls: null, sasl: null });
    expect(securityOf({ ...kafka, LEADFOLD_KAFKA_TLS: 'false' })).toEqual({ tls: null, sasl: null });
    expect(parseSettings({ LEADFOLD_KAFKA_TLS: 'false' }).kafka).toBeNull();
  });

  it('is TLS by the authorities of Node, or of a file', () => {
    expect(securityOf(tls)?.tls).toEqual({ authorities: null, client: null });
    const named = securityOf({ ...tls, LEADFOLD_KAFKA_CA_FILE: authorities });
    expect(named?.tls?.authorities).toBe(readFileSync(authorities, 'utf8'));
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512', 'PLAIN', 'SCRAM-SHA-256', 'Scram-SHA-512'])(
    'has a user by %s, with TLS and without',
    mechanism => {
      for (const environment of [kafka, tls]) {
        const security = securityOf({ ...environment, ...user, LEADFOLD_KAFKA_SASL_MECHANISM: mechanism });
        const sasl = { mechanism: mechanism.toLowerCase(), user: 'ann', password: 'se:cret' };
        expect(security).toEqual({ tls: environment === tls ? expect.anything() : null, sasl });
      }
    },
  );

  it.each([
    ['se:cret', 'se:cret'],
    ['se:cret\n', 'se:cret'],
    ['se:cret\r\n', 'se:cret'],
    [' @ä, =\n\n', ' @ä, =\n'],
  ])('takes a password from a file without the end of its line: %j', (text, password) => {
    const path = file('password', text);
    expect(
      securityOf({ ...without('LEADFOLD_KAFKA_PASSWORD'), LEADFOLD_KAFKA_PASSWORD_FILE: path })?.sasl
        ?.password,
    ).toBe(password);
  });

  (certificates === null ? it.skip : it)('shows a certificate of its own, whose key it has', () => {
    const { client, server, ca } = certificates!;
    const environment = { ...tls, LEADFOLD_KAFKA_CA_FILE: ca };
    const named = (certificate: string, its: string) =>
      securityOf({
        ...environment,
        LEADFOLD_KAFKA_CERTIFICATE_FILE: certificate,
        LEADFOLD_KAFKA_KEY_FILE: its,
      })?.tls?.client;
    expect(named(client.certificate, client.key)).toEqual({
      certificate: readFileSync(client.certificate, 'utf8'),
      key: readFileSync(client.key, 'utf8'),
    });
    expect(() => named(client.certificate, server.key)).toThrow(/KEY_FILE holds another key than that of/);
  });
});

const pair = (certificate: string, its: string): Texts => ({
  ...tls,
  LEADFOLD_KAFKA_CERTIFICATE_FILE: certificate,
  LEADFOLD_KAFKA_KEY_FILE: its,
});

describe('a setting about Kafka', () => {
  it.each<readonly [string, Texts, RegExp]>([
    ['TLS to nobody', { LEADFOLD_KAFKA_TLS: 'true' }, /^LEADFOLD_KAFKA_TLS needs LEADFOLD_KAFKA$/],
    ['a user of nobody', user, /LEADFOLD_KAFKA_USER needs LEADFOLD_KAFKA;/],
    ['TLS that is neither', { ...kafka, LEADFOLD_KAFKA_TLS: 'yes' }, /_TLS: must be true or false/],
    [
      'authorities without TLS',
      { ...kafka, LEADFOLD_KAFKA_CA_FILE: authorities },
      /_CA_FILE needs \S+_TLS=true/,
    ],
    [
      'a certificate where TLS is off',
      { ...pair(one, key), LEADFOLD_KAFKA_TLS: 'false' },
      /CERTIFICATE_FILE needs LEADFOLD_KAFKA_TLS=true/,
    ],
    ['a certificate without its key', { ...tls, LEADFOLD_KAFKA_CERTIFICATE_FILE: one }, /needs \S+_KEY_FILE/],
    ['a key without its certificate', { ...tls, LEADFOLD_KAFKA_KEY_FILE: key }, /needs \S+_CERTIFICATE_FILE/],
    ['a key of another certificate', pair(one, key), /KEY_FILE holds another key/],
    ['a password without a user', without('LEADFOLD_KAFKA_USER'), /_PASSWORD needs LEADFOLD_KAFKA_USER/],
    [
      'a user without a password',
      without('LEADFOLD_KAFKA_PASSWORD'),
      /_USER needs \S+_PASSWORD or \S+_PASSWORD_FILE/,
    ],
    [
      'a user without a mechanism',
      without('LEADFOLD_KAFKA_SASL_MECHANISM'),
      /_USER needs \S+_SASL_MECHANISM/,
    ],
    [
      'a mechanism alone',
      { ...tls, LEADFOLD_KAFKA_SASL_MECHANISM: 'plain' },
      /_SASL_MECHANISM needs LEADFOLD_KAFKA_USER/,
    ],
    [
      'an unknown mechanism',
      { ...tls, ...user, LEADFOLD_KAFKA_SASL_MECHANISM: 'gssapi' },
      /"gssapi" is no mechanism; mechanisms are plain, scram-sha-256, scram-sha-512/,
    ],
    [
      'two passwords',
      { ...tls, ...user, LEADFOLD_KAFKA_PASSWORD_FILE: file('two', 'other') },
      /LEADFOLD_KAFKA_PASSWORD and LEADFOLD_KAFKA_PASSWORD_FILE: give one of them/,
    ],
    [
      'authorities that are not there',
      { ...tls, LEADFOLD_KAFKA_CA_FILE: none },
      /_CA_FILE: \S+none can't be read: there is no such/,
    ],
    [
      'authorities in a folder',
      { ...tls, LEADFOLD_KAFKA_CA_FILE: folder.path },
      /can't be read: it is a folder/,
    ],
    [
      'authorities that are a key',
      { ...tls, LEADFOLD_KAFKA_CA_FILE: key },
      /key\.pem holds no certificate in PEM/,
    ],
    [
      'authorities of which one is damaged',
      {
        ...tls,
        LEADFOLD_KAFKA_CA_FILE: file(
          'damaged.pem',
          `${rootCertificates[0]!}\n-----BEGIN CERTIFICATE-----\nabcd\n-----END CERTIFICATE-----\n`,
        ),
      },
      /damaged\.pem: certificate 2 can't be read/,
    ],
    ['a key that is a certificate', pair(one, one), /_KEY_FILE: \S+ holds no private key in PEM/],
    ['a key with a passphrase', pair(one, file('locked.pem', String(locked))), /wants a passphrase/],
    [
      'a file of a password that is not there',
      { ...without('LEADFOLD_KAFKA_PASSWORD'), LEADFOLD_KAFKA_PASSWORD_FILE: none },
      /_PASSWORD_FILE: the file that it names can't be read: there is no such file/,
    ],
    [
      'an empty file of a password',
      { ...without('LEADFOLD_KAFKA_PASSWORD'), LEADFOLD_KAFKA_PASSWORD_FILE: file('empty', '\n') },
      /_PASSWORD_FILE: the file that it names is empty/,
    ],
    [
      'a key itself in place of its file',
      pair(one, String(keyText)),
      /_KEY_FILE: must be the path of a file/,
    ],
  ])('is refused when it is %s', (_, environment, sentence) => {
    expect(() => parseSettings(environment)).toThrow(InvalidSettings);
    expect(() => parseSettings(environment)).toThrow(sentence);
  });

  it('may be left empty', () => {
    expect(securityOf({ ...kafka, LEADFOLD_KAFKA_USER: '', LEADFOLD_KAFKA_TLS: '' })).toEqual({
      tls: null,
      sasl: null,
    });
  });

  it('has no secret in its refusal, wherever it stands', () => {
    for (const wrong of [
      { ...kafka, ...user, LEADFOLD_KAFKA_USER: '' },
      { ...kafka, LEADFOLD_KAFKA_PASSWORD: 'se:cret' },
      { ...without('LEADFOLD_KAFKA_PASSWORD'), LEADFOLD_KAFKA_PASSWORD_FILE: 'se:cret' },
      { ...tls, ...user, LEADFOLD_KAFKA_PASSWORD_FILE: file('other', 'se:cret') },
    ])
      expect(() => parseSettings(wrong)).toThrow(/^(?![^]*se:cret)[^]*LEADFOLD_KAFKA/);
    const body = String(keyText).split('\n')[1]!;
    expect(() => parseSettings(pair(one, String(keyText)))).not.toThrow(body);
    expect(() => parseSettings(pair(one, file('torn.pem', String(keyText).slice(0, 90))))).not.toThrow(body);
  });
});
