import { dictionary } from '@zxcvbn-ts/language-common';

/** Passwords among the 10 000 commonest that the list of zxcvbn leaves out, most of them as it finds patterns by rules. */
const PATTERNS = [
  '0000000000',
  '0123456789',
  '0987654321',
  '1111111111',
  '11111111111',
  '111111111111',
  '1212121212',
  '123123123123',
  '1234512345',
  '123456123456',
  '1234567890-',
  '2222222222',
  '3333333333',
  '5555555555',
  '6666666666',
  '7777777777',
  '8888888888',
  '9876543210',
  '9999999999',
  'aaaaaaaaaa',
  'abcdefghij',
  'films+pic+galeries',
  'poiuytrewq',
  'qqqqqqqqqq',
  'qwertyqwerty',
  'qwertyuiop[]',
  'zzzzzzzzzz',
];

const COMMON: ReadonlySet<unknown> = new Set([...dictionary['passwords-common'], ...PATTERNS]);

/** Tells whether a password is among the 49 000 commonest, whatever the case of its letters. */
export function isCommon(password: string): boolean {
  return COMMON.has(password.toLowerCase());
}
