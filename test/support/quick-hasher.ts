import { createHash } from 'node:crypto';
import { PasswordHasher } from '../../server/access/password-hasher.js';

/** Takes the place of argon2id, which takes 50 ms and 19 MiB. Counts what is asked of it. */
export class QuickHasher extends PasswordHasher {
  verified = 0;

  static of(password: string): string {
    return `quick$${createHash('sha256').update(password).digest('hex')}`;
  }

  override async hash(password: string): Promise<string> {
    return QuickHasher.of(password);
  }

  override async verify(hash: string, password: string): Promise<boolean> {
    this.verified++;
    return hash === QuickHasher.of(password);
  }
}
