import { isTokenSecret, newTokenSecret } from './secrets.js';

describe('a token', () => {
  it('has 256 random bits and a checksum, by which it is recognised', () => {
    const secret = newTokenSecret();
    expect(secret).toMatch(/^rst_[\w-]{43}[0-9A-Za-z]{6}$/);
    expect(isTokenSecret(secret)).toBe(true);
    const other = secret[10] === 'a' ? 'b' : 'a';
    expect(isTokenSecret(secret.slice(0, 10) + other + secret.slice(11))).toBe(false);
    expect(new Set(Array.from({ length: 1_000 }, newTokenSecret)).size).toBe(1_000);
  });
});
