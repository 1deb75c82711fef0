import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EISDIR: 'it is a folder',
};

/**
 * A small file's text.
 *
 * @param shown how the file is called in errors
 * @throws Error that says why it can't be read
 */
export const textOf = (file: string, shown = file): string => {
  // Somebody's key or password, and nothing to repeat.
  if (/-----BEGIN|[\r\n]/.test(file)) throw new Error('must be the path of a file, not what is in it');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`${shown} can't be read: ${reasons[code] ?? code}`, { cause: error });
  }
};

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The text of a PEM file that holds a certificate or several. @throws Error when it doesn't */
export const certificatesOf = (file: string): string => {
  const text = textOf(file);
  const found = text.match(certificate) ?? [];
  if (found.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  for (const [index, each] of found.entries()) {
    try {
      new X509Certificate(each);
    } catch (error) {
      throw new Error(`${file}: certificate ${index + 1} can't be read`, { cause: error });
    }
  }
  return text;
};

/** The text of a PEM file that holds a private key without a passphrase. @throws Error when it doesn't */
export const privateKeyOf = (file: string): string => {
  const text = textOf(file);
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text))
    throw new Error(`${file} wants a passphrase; give a key without one`);
  try {
    createPrivateKey(text);
  } catch (error) {
    throw new Error(`${file} holds no private key in PEM`, { cause: error });
  }
  return text;
};

/** Whether a private key is that of a certificate, the first of a chain. PEM texts. */
export const belongTogether = (chain: string, key: string): boolean =>
  new X509Certificate(chain).checkPrivateKey(createPrivateKey(key));
