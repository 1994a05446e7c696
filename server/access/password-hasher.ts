/** The costs that OWASP advises for argon2id: 19 MiB, two passes, one lane. */
const COSTS = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Hashes passwords. This class is the token for Nest. */
export abstract class PasswordHasher {
  /** @returns the hash in its usual text form, with its salt and costs */
  abstract hash(password: string): Promise<string>;
  abstract verify(hash: string, password: string): Promise<boolean>;
}

/** Hashes with argon2id, in the threads of Node, some 50 ms each. The package is loaded when the first password comes. */
export class Argon2Hasher extends PasswordHasher {
  override async hash(password: string): Promise<string> {
    const { hash } = await import('@node-rs/argon2');
    return hash(password, COSTS);
  }

  override async verify(hash: string, password: string): Promise<boolean> {
    const { verify } = await import('@node-rs/argon2');
    return verify(hash, password);
  }
}
