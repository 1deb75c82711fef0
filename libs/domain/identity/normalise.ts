import { RuleViolation } from '../errors.ts';

const email = /^[^\s@"(),:;<>[\]\\\p{Cc}]+@(?:[\p{L}\p{M}\p{N}_-]+\.)+[\p{L}\p{M}\p{N}-]+$/u;
const separators = /[\s().\-/\u2010-\u2015]/gu;

/**
 * The form in which e-mail addresses are compared: trimmed, NFKC, lower case. Dots and +tags are kept, because only
 * some servers ignore them.
 *
 * @throws RuleViolation `invalid-email` when it can't be an address
 */
export const normaliseEmail = (given: string): string => {
  const normal = given.trim().normalize('NFKC').toLowerCase();
  if (normal.length > 320 || !email.test(normal))
    throw new RuleViolation('invalid-email', 'the e-mail address is not one that could receive mail');
  return normal;
};

/**
 * The form in which phone numbers are compared: + and 6 to 15 digits. A leading 00 is a +, a (0) after the country
 * code is left out. A number without country code is compared as it is: nothing says which country it belongs to.
 *
 * @throws RuleViolation `invalid-phone`
 */
export const normalisePhone = (given: string): string => {
  const compact = given
    .trim()
    .normalize('NFKC')
    .replace(/^(\+|00)(.*?)\(0\)/u, '$1$2')
    .replace(separators, '');
  const digits = compact.replace(/^(?:\+|00)/, '');
  if (!/^\d{6,15}$/.test(digits))
    throw new RuleViolation('invalid-phone', 'the phone number must have 6 to 15 digits');
  return `+${digits}`;
};
