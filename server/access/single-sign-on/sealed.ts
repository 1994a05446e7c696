import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The use of a sealed text. A text that is sealed for one use opens for no other. */
export type Purpose = 'login' | 'refresh token';

/** Seals a text: nobody without the secret reads or changes it. The answer has 44 bytes more than the UTF-8 of the text. */
export function seal(text: string, secret: string, purpose: Purpose): Uint8Array {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret, salt, purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]);
}

/** Opens a sealed text. Returns undefined for one that was changed, or sealed by another secret or for another purpose. */
export function unseal(sealed: Uint8Array, secret: string, purpose: Purpose): string | undefined {
  const nonceAt = SALT_BYTES;
  const tagAt = nonceAt + NONCE_BYTES;
  const textAt = tagAt + TAG_BYTES;
  if (sealed.length < textAt) return undefined;
  const key = keyOf(secret, sealed.subarray(0, nonceAt), purpose);
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(nonceAt, tagAt), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(tagAt, textAt));
  try {
    return decipher.update(sealed.subarray(textAt), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(secret: string, salt: Uint8Array, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, `roster ${purpose}`, KEY_BYTES));
}
