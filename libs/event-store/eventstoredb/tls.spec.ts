import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEsdb, type RunningEsdb } from '../../../test/servers/esdb/start.ts';
import { aStream, collect, events } from '../../../test/support/events.ts';
import { temporaryFolder } from '../../../test/support/folder.ts';
import { openEventStoreDb } from './index.ts';

const folder = temporaryFolder();
const [key, certificate] = ['key.pem', 'certificate.pem'].map(name => join(folder.path, name)) as [
  string,
  string,
];

/** Whether a certificate could be made. */
const made = (): boolean => {
  try {
    execFileSync(
      'openssl',
      `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout ${key} -out ${certificate}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    return true;
  } catch {
    process.stderr.write('tls.spec.ts is skipped: openssl could not make a certificate\n');
    return false;
  }
};

(made() ? describe : describe.skip)('a server with TLS and users', () => {
  let server: RunningEsdb;
  const at = (user: string, options: string): string => `esdb://${user}127.0.0.1:${server.port}${options}`;

  beforeAll(async () => {
    server = await startEsdb({
      dir: folder.path,
      args: ['--no-sync', '--tls-key', key, '--tls-certificate', certificate, '--user', 'ann:se:cret@1'],
    });
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  it('lets in who has the password and trusts the certificate', async () => {
    const store = openEventStoreDb({
      address: at('ann:se%3Acret%401@', `?tlsCAFile=${encodeURIComponent(certificate)}`),
    });
    const stream = aStream();
    await store.append(stream, events(2), 'NO_STREAM');
    expect(await collect(store.readStream(stream))).toHaveLength(2);
    await store.close();
  });

  it.each([
    ['the wrong password', 'ann:wrong@', 'does not let this user in'],
    ['no user', '', 'does not let this user in'],
  ])('refuses %s at once, and says so without the password', async (_, user, sentence) => {
    const store = openEventStoreDb({
      address: at(user, `?tlsCAFile=${encodeURIComponent(certificate)}`),
      answerMs: 3_000,
    });
    const since = performance.now();
    const refused = store.append(aStream(), events(1), 'NO_STREAM');
    await expect(refused).rejects.toMatchObject({ name: 'StoreUnavailable', outcomeUnknown: false });
    await expect(refused).rejects.toThrow(sentence);
    await expect(store.head()).rejects.toThrow(sentence);
    expect(performance.now() - since).toBeLessThan(2_500);
    await store.close();
  });

  it('is away for who does not trust its certificate', async () => {
    const store = openEventStoreDb({ address: at('ann:se%3Acret%401@', ''), answerMs: 500 });
    await expect(store.head()).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await store.close();
  });
});
