import { dictionary } from '@zxcvbn-ts/language-common';

/** Passwords among the 10 000 commonest that the list of zxcvbn leaves out, as it finds patterns by rules. */
const PATTERNS = [
  '0000000000',
  '0123456789',
  '0987654321',
  '1111111111',
  '1212121212',
  '1234512345',
  '1234567890-',
  '2222222222',
  '5555555555',
  '7777777777',
  '9876543210',
  '9999999999',
  'aaaaaaaaaa',
  'poiuytrewq',
  'qwertyqwerty',
];

const COMMON: ReadonlySet<unknown> = new Set([...dictionary['passwords-common'], ...PATTERNS]);

/** Tells whether a password is among the 49 000 commonest, whatever the case of its letters. */
export function isCommon(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}
