import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files of an authority and of what it has signed, PEM. */
export interface Certificates {
  /** The authority's certificate. */
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: KeyPair;
  readonly client: KeyPair;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of one's own, valid for two days. @throws Error without OpenSSL 3 */
export const makeCertificates = (dir: string, name = 'test'): Certificates => {
  const file = (part: string): string => join(dir, `${name}-${part}.pem`);
  const pair = (of: string): KeyPair => ({ certificate: file(of), key: file(`${of}-key`) });
  const sign = ({ certificate, key }: KeyPair, subject: string, ...more: readonly string[]): void => {
    const fresh = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
    const files = ['-subj', `/CN=${subject}`, '-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', ...fresh, ...files, ...more], { stdio: 'pipe' });
  };
  const authority = pair('ca');
  sign(authority, `${name}-authority`);
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const [server, client] = [pair('server'), pair('client')];
  sign(server, 'localhost', ...signed, ...leaf, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  sign(client, 'leadfold', ...signed, ...leaf);
  return { ca: authority.certificate, server, client };
};
