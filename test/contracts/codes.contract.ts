import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { CODE_MS, type OneTimeCode } from '../../server/domain/access/one-time-code.js';
import type { User, UserChange } from '../../server/domain/access/user.js';
import {
  actions,
  draft,
  hashed,
  HOUR,
  newSession,
  newUser,
  NOW,
  openTwice,
  outcomes,
  refused,
} from '../support/access.js';
import type { Engine } from '../support/engine.js';

const CREATED = draft('user.created', 'someone');
const setUpCode = (secret: string): OneTimeCode => ({
  hash: hashed(secret),
  purpose: 'set-up',
  userId: undefined,
  endsAt: NOW + CODE_MS['set-up'],
});
const linkOf = (userId: number, secret: string): OneTimeCode => ({
  hash: hashed(secret),
  purpose: 'password',
  userId,
  endsAt: NOW + CODE_MS.password,
});

/** One-time codes of every engine: those of the set-up, and those of users. */
export function describeCodes(name: string, open: () => Promise<Engine>): void {
  describe(`codes in ${name}`, () => {
    let engine: Engine;
    let access: AccessRepository;
    let other: AccessRepository;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ engine, access, other, close } = await openTwice(open));
    });
    afterEach(() => close());

    const create = (who: string, more = {}): Promise<User> => access.createUser(newUser(who, more), CREATED, NOW);

    describe('a set-up code', () => {
      const setUp = (by: AccessRepository, secret: string, who = 'ada', now = NOW): Promise<User> =>
        by.setUp(hashed(secret), newUser(who, { role: 'viewer' }), CREATED, now);
      const invalid = refused('code_invalid');

      it('makes the first user, an admin, and closes the database', async () => {
        await access.createCode(setUpCode('code'), undefined);
        expect(await access.findCode(hashed('code'), NOW)).toBeUndefined();
        expect(await setUp(other, 'code')).toMatchObject({ id: 1, role: 'admin' });
        expect(await access.state()).toEqual({ isClosed: true, hasUsers: true });
        expect(await actions(access)).toEqual(['user.created', 'access.closed']);
        await expect(setUp(access, 'code')).rejects.toEqual(refused('set_up_done'));
        await expect(access.createCode(setUpCode('new'), undefined)).rejects.toEqual(refused('set_up_done'));
      });

      it('works also when another server has written a newer one, and ends the others', async () => {
        await access.createCode(setUpCode('one'), undefined);
        await other.createCode(setUpCode('two'), undefined);
        await access.createCode(setUpCode('three'), undefined);
        expect(await setUp(other, 'one')).toMatchObject({ id: 1, role: 'admin' });
        for (const secret of ['one', 'two', 'three']) {
          await expect(setUp(access, secret, 'bob')).rejects.toEqual(refused('set_up_done'));
        }
        const codes = (await engine.sql?.('SELECT hash FROM one_time_codes')) ?? [];
        expect(codes).toEqual([]);
      });

      it('is removed by a newer one when it has ended', async () => {
        await access.createCode(setUpCode('old'), undefined);
        const { endsAt } = setUpCode('new');
        await access.createCode({ ...setUpCode('new'), endsAt: endsAt + HOUR }, undefined);
        await expect(setUp(access, 'old')).rejects.toEqual(invalid);
        expect(await setUp(access, 'new')).toMatchObject({ id: 1 });
      });

      it('makes one user of two at once', async () => {
        await access.createCode(setUpCode('code'), undefined);
        expect(await outcomes([setUp(access, 'code', 'ada'), setUp(other, 'code', 'bob')])).toEqual([
          'set_up_done',
          undefined,
        ]);
        expect(await access.users()).toHaveLength(1);
      });

      it('ends after an hour, to the millisecond', async () => {
        await access.createCode(setUpCode('code'), undefined);
        await expect(setUp(access, 'code', 'ada', NOW + HOUR)).rejects.toEqual(invalid);
        expect(await setUp(access, 'code', 'ada', NOW + HOUR - 1)).toMatchObject({ id: 1 });
      });

      it('works after nine wrong codes', async () => {
        await access.createCode(setUpCode('code'), undefined);
        for (let i = 0; i < 9; i++) await expect(setUp(i % 2 ? access : other, 'wrong')).rejects.toEqual(invalid);
        expect(await setUp(access, 'code')).toMatchObject({ id: 1 });
      });

      it('is ended by ten wrong codes, and a new one works', async () => {
        await access.createCode(setUpCode('code'), undefined);
        const wrong = Array.from({ length: 10 }, (_, i) => setUp(i % 2 ? access : other, 'wrong'));
        expect(new Set(await outcomes(wrong))).toEqual(new Set(['code_invalid']));
        await expect(setUp(access, 'code')).rejects.toEqual(invalid);
        expect(await access.state()).toEqual({ isClosed: false, hasUsers: false });
        await access.createCode(setUpCode('new'), undefined);
        expect(await setUp(access, 'new')).toMatchObject({ id: 1 });
      });

      it('is gone when a user was made in another way', async () => {
        await access.createCode(setUpCode('code'), undefined);
        await create('ada');
        await expect(setUp(access, 'code')).rejects.toEqual(refused('set_up_done'));
      });
    });

    describe('a code of a user', () => {
      let ada: User;
      beforeEach(async () => {
        ada = await create('ada');
        await access.createCode(linkOf(ada.id, 'code'), draft('user.link'));
      });
      const use = (by: AccessRepository, secret: string, now = NOW, name?: string): Promise<User> =>
        by.useCode(hashed(secret), '$argon2id$new', name, draft('user.password'), now);
      const invalid = refused('code_invalid');

      it('names its user and sets the password, which ends the sessions', async () => {
        await access.createSession(newSession(ada.id, 's'), draft('login'));
        const { lastSeenAt, ...rest } = ada;
        expect(lastSeenAt).toBeUndefined();
        expect(await other.findCode(hashed('code'), NOW)).toMatchObject({ purpose: 'password', user: rest });
        expect(await use(access, 'code', NOW, 'Ada L.')).toMatchObject({
          id: ada.id,
          name: 'Ada L.',
          hasPassword: true,
        });
        expect(await other.userByEmail(ada.email)).toMatchObject({ passwordHash: '$argon2id$new' });
        expect(await other.session(hashed('s'), NOW)).toBeUndefined();
        expect(await other.findCode(hashed('code'), NOW)).toBeUndefined();
        await expect(use(other, 'code')).rejects.toEqual(invalid);
      });

      it('works once of two uses at once', async () => {
        expect(await outcomes([use(access, 'code'), use(other, 'code')])).toEqual(['code_invalid', undefined]);
      });

      it('is replaced by a newer one of the same user', async () => {
        const bob = await create('bob');
        await access.createCode(linkOf(bob.id, 'of bob'), draft('user.link'));
        await access.createCode(linkOf(ada.id, 'newer'), draft('user.link'));
        await expect(use(access, 'code')).rejects.toEqual(invalid);
        expect(await use(access, 'newer')).toMatchObject({ id: ada.id, name: ada.name });
        expect(await use(access, 'of bob')).toMatchObject({ id: bob.id });
      });

      it('ends after a day, to the millisecond, and with its user', async () => {
        expect(await access.findCode(hashed('code'), NOW + 24 * HOUR)).toBeUndefined();
        await expect(use(access, 'code', NOW + 24 * HOUR)).rejects.toEqual(invalid);
        expect(await access.findCode(hashed('code'), NOW + 24 * HOUR - 1)).toBeDefined();
        await create('bob');
        await access.changeUser(ada.id, { isDisabled: true }, draft('user.changed'));
        expect(await access.findCode(hashed('code'), NOW)).toBeUndefined();
        await expect(use(access, 'code')).rejects.toEqual(invalid);
        await expect(access.createCode(linkOf(99, 'x'), undefined)).rejects.toEqual(refused('user_not_found'));
      });
    });

    describe('a code of a user who is changed', () => {
      const found = async (change: UserChange): Promise<string | undefined> => {
        await create('admin', { passwordHash: '$argon2id$admin' });
        const { id } = await create('bob');
        await access.createCode(linkOf(id, 'code'), draft('user.link'));
        await access.changeUser(id, change, draft('user.changed'));
        await access.changeUser(id, { isDisabled: false }, draft('user.changed'));
        return (await other.findCode(hashed('code'), NOW))?.user.name;
      };

      it('ends with a new email', async () => {
        expect(await found({ email: 'rob@example.com' })).toBeUndefined();
      });

      it('ends when the user is disabled, also for the time after', async () => {
        expect(await found({ isDisabled: true })).toBeUndefined();
      });

      it('works after another name or role, and with the same email', async () => {
        expect(await found({ name: 'Rob', role: 'viewer', email: 'bob@example.com' })).toBe('Rob');
      });
    });
  });
}
