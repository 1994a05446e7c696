import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import type { ErrorCode } from '../../server/domain/errors.js';
import { CODE_MS, type OneTimeCode } from '../../server/domain/access/one-time-code.js';
import { SESSION_MS } from '../../server/domain/access/session.js';
import type { User, UserChange } from '../../server/domain/access/user.js';
import { actions, allEntries, draft, hashed, HOUR, newSession, newToken, newUser, NOW } from '../support/access.js';
import type { Engine } from '../support/engine.js';

const CREATED = draft('user.created', 'someone');
const ACCOUNT = { issuer: 'https://login.example.com', subject: '42' };
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

/** Users, sessions, tokens and codes of every engine. */
export function describeAccess(name: string, open: () => Promise<Engine>): void {
  describe(`access in ${name}`, () => {
    let engine: Engine;
    let access: AccessRepository;
    /** The same database over a second connection, where there can be one. */
    let other: AccessRepository;
    let closeOther: () => Promise<void>;

    beforeEach(async () => {
      engine = await open();
      ({ access } = engine);
      const second = await engine.again?.();
      other = second?.access ?? access;
      closeOther = async () => second?.close();
    });
    afterEach(async () => {
      await closeOther();
      await engine.close();
    });

    const create = (who: string, more = {}): Promise<User> => access.createUser(newUser(who, more), CREATED, NOW);
    const refused = (code: ErrorCode): unknown => expect.objectContaining({ name: 'DomainError', code }) as unknown;
    /** The codes of the errors, and undefined for what succeeded, sorted. */
    const outcomes = async (work: readonly Promise<unknown>[]): Promise<(string | undefined)[]> =>
      (await Promise.allSettled(work))
        .map((result) =>
          result.status === 'fulfilled' ? undefined : (result.reason as { readonly code: string }).code,
        )
        .sort();

    it('is open until a user is made, then closed until it is opened by command', async () => {
      expect(await access.state()).toEqual({ isClosed: false, hasUsers: false });
      await create('ada');
      expect(await other.state()).toEqual({ isClosed: true, hasUsers: true });
      await access.open(draft('access.opened'));
      expect(await other.state()).toEqual({ isClosed: false, hasUsers: true });
      expect(await actions(access)).toEqual(['user.created', 'access.closed', 'access.opened']);
    });

    it('is closed by a token, and notes that once', async () => {
      await access.createToken(newToken('one'), draft('token.created'));
      await access.createToken(newToken('two'), draft('token.created'));
      expect(await access.state()).toEqual({ isClosed: true, hasUsers: false });
      expect(await actions(access)).toEqual(['token.created', 'access.closed', 'token.created']);
    });

    it('keeps users, found by number, email and account', async () => {
      const ada = await create('ada', { passwordHash: '$argon2id$ada' });
      const bob = await create('bob', { role: 'viewer', account: ACCOUNT, mayBeLinked: true });
      expect(ada).toEqual({
        id: 1,
        email: 'ada@example.com',
        name: 'ada',
        role: 'admin',
        isDisabled: false,
        hasPassword: true,
        account: undefined,
        mayBeLinked: false,
        createdAt: NOW,
        lastSeenAt: undefined,
      });
      expect(bob).toMatchObject({ id: 2, role: 'viewer', hasPassword: false, account: ACCOUNT, mayBeLinked: true });
      expect(await other.users()).toEqual([ada, bob]);
      expect(await access.user(2)).toEqual(bob);
      expect(await access.user(3)).toBeUndefined();
      expect(await access.userByEmail('ada@example.com')).toEqual({ user: ada, passwordHash: '$argon2id$ada' });
      expect(await access.userByEmail('bob@example.com')).toEqual({ user: bob, passwordHash: undefined });
      expect(await access.userByEmail('ADA@example.com')).toBeUndefined();
      expect(await access.userByEmail('a\0\ud800')).toBeUndefined();
      expect(await access.userByAccount(ACCOUNT)).toEqual(bob);
      expect(await access.userByAccount({ ...ACCOUNT, subject: '43' })).toBeUndefined();
    });

    it('refuses an email or account that is taken, also of two at once, and writes nothing then', async () => {
      const [ada] = [await create('ada', { account: ACCOUNT }), await create('bob')];
      const before = await allEntries(access);
      await expect(create('ada')).rejects.toEqual(refused('email_taken'));
      await expect(create('eve', { account: ACCOUNT })).rejects.toEqual(refused('email_taken'));
      await expect(access.changeUser(2, { email: ada.email }, CREATED)).rejects.toEqual(refused('email_taken'));
      await expect(access.linkAccount(2, ACCOUNT, CREATED)).rejects.toEqual(refused('email_taken'));
      expect(await allEntries(access)).toEqual(before);
      expect(await access.users()).toHaveLength(2);
      const both = [access.createUser(newUser('two'), CREATED, NOW), other.createUser(newUser('two'), CREATED, NOW)];
      expect(await outcomes(both)).toEqual(['email_taken', undefined]);
    });

    it('changes users, and ends their sessions with a new role and when disabled', async () => {
      const [ada, bob] = [await create('ada'), await create('bob', { role: 'viewer' })];
      await access.createSession(newSession(bob.id, 'b'), draft('login'));
      const named = await access.changeUser(
        bob.id,
        { name: 'Robert', email: 'rob@example.com' },
        draft('user.changed'),
      );
      expect(named).toMatchObject({ id: bob.id, name: 'Robert', email: 'rob@example.com', role: 'viewer' });
      expect(await access.session(hashed('b'), NOW)).toMatchObject({ user: { name: 'Robert' } });
      expect(await access.changeUser(bob.id, { role: 'editor' }, draft('user.changed'))).toMatchObject({
        role: 'editor',
      });
      expect(await other.session(hashed('b'), NOW)).toBeUndefined();
      await access.createSession(newSession(bob.id, 'c'), draft('login'));
      await access.changeUser(bob.id, { isDisabled: true }, draft('user.changed'));
      await access.changeUser(bob.id, { isDisabled: false }, draft('user.changed'));
      expect(await access.session(hashed('c'), NOW)).toBeUndefined();
      await expect(access.changeUser(99, { name: 'x' }, CREATED)).rejects.toEqual(refused('user_not_found'));
      expect(await access.user(ada.id)).toEqual(ada);
    });

    it('lets an account be linked to a user who has a password, and takes it back with the sessions', async () => {
      const account = { issuer: 'https://id.example.com', subject: 'ada' };
      const { id } = await access.createUser(newUser('ada', { passwordHash: 'a hash' }), CREATED, NOW);
      const changed = draft('user.changed');
      const change = (mayBeLinked: boolean, by = access): Promise<User> => by.changeUser(id, { mayBeLinked }, changed);
      expect(await change(true)).toMatchObject({ mayBeLinked: true, hasPassword: true, account: undefined });
      expect(await access.changeUser(id, { name: 'Ada' }, changed)).toMatchObject({ mayBeLinked: true });
      expect(await change(false)).toMatchObject({ mayBeLinked: false });
      await change(true, other);
      expect(await access.linkAccount(id, account, changed)).toMatchObject({ mayBeLinked: false, account });
      await access.createSession(newSession(id, 's'), draft('login'));
      expect(await change(true)).toMatchObject({ mayBeLinked: true, account });
      expect(await access.session(hashed('s'), NOW)).toBeDefined();
      expect(await change(false, other)).toMatchObject({ mayBeLinked: false, account: undefined });
      expect(await access.userByAccount(account)).toBeUndefined();
      expect(await access.session(hashed('s'), NOW)).toBeUndefined();
    });

    it('keeps the account of the last admin who has no password', async () => {
      const account = { issuer: 'https://id.example.com', subject: 'ada' };
      const { id } = await access.createUser(newUser('ada', { account }), CREATED, NOW);
      await create('bob');
      await expect(access.changeUser(id, { mayBeLinked: false }, draft('user.changed'))).rejects.toEqual(
        refused('last_admin'),
      );
      expect(await access.user(id)).toMatchObject({ account });
    });

    it('never loses the last admin', async () => {
      const [ada, bob] = [await create('ada'), await create('bob', { role: 'editor' })];
      const entries = await allEntries(access);
      const last = refused('last_admin');
      await expect(access.changeUser(ada.id, { role: 'editor' }, CREATED)).rejects.toEqual(last);
      await expect(access.changeUser(ada.id, { isDisabled: true }, CREATED)).rejects.toEqual(last);
      await expect(access.removeUser(ada.id, CREATED)).rejects.toEqual(last);
      expect(await allEntries(access)).toEqual(entries);
      await access.changeUser(bob.id, { role: 'admin', isDisabled: true }, draft('user.changed'));
      await expect(access.removeUser(ada.id, CREATED)).rejects.toEqual(last);
      await access.changeUser(bob.id, { isDisabled: false }, draft('user.changed'));
      const demote = (by: AccessRepository, id: number): Promise<unknown> =>
        by.changeUser(id, { role: 'viewer' }, draft('user.changed'));
      expect(await outcomes([demote(access, ada.id), demote(other, bob.id)])).toEqual(['last_admin', undefined]);
      expect((await access.users()).filter(({ role }) => role === 'admin')).toHaveLength(1);
    });

    it('counts no admin who cannot log in as another one', async () => {
      const [ada, bob] = [await create('ada', { passwordHash: '$argon2id$ada' }), await create('bob')];
      const last = refused('last_admin');
      await expect(access.changeUser(ada.id, { role: 'viewer' }, CREATED)).rejects.toEqual(last);
      await expect(access.changeUser(ada.id, { isDisabled: true }, CREATED)).rejects.toEqual(last);
      await expect(access.removeUser(ada.id, CREATED)).rejects.toEqual(last);
      await access.linkAccount(bob.id, ACCOUNT, draft('user.changed'));
      await access.removeUser(ada.id, draft('user.removed'));
      const eve = await create('eve');
      await expect(access.removeUser(bob.id, CREATED)).rejects.toEqual(last);
      await access.setPassword(eve.id, '$argon2id$eve', undefined, draft('user.password'));
      await access.removeUser(bob.id, draft('user.removed'));
      expect((await access.users()).map(({ id }) => id)).toEqual([eve.id]);
    });

    it('lets an invited admin go while another admin is there, and the first one log in by its link', async () => {
      const [ada, bob] = [await create('ada'), await create('bob')];
      await access.removeUser(bob.id, draft('user.removed'));
      await expect(access.removeUser(ada.id, CREATED)).rejects.toEqual(refused('last_admin'));
      await access.createCode(linkOf(ada.id, 'first'), draft('user.link'));
      const used = await access.useCode(hashed('first'), '$argon2id$ada', undefined, draft('user.password'), NOW);
      expect(used).toMatchObject({ role: 'admin', hasPassword: true });
      const eve = await create('eve');
      await access.removeUser(eve.id, draft('user.removed'));
      expect(await access.users()).toEqual([used]);
    });

    it('removes a user with its sessions, tokens and codes, and gives its number to nobody', async () => {
      const [, bob] = [await create('ada'), await create('bob')];
      await access.createSession(newSession(bob.id, 's'), draft('login'));
      await access.createToken(newToken('t', { creatorId: bob.id }), draft('token.created'));
      await access.createCode(linkOf(bob.id, 'c'), draft('user.link'));
      await access.removeUser(bob.id, draft('user.removed'));
      expect(await other.user(bob.id)).toBeUndefined();
      expect(await other.session(hashed('s'), NOW)).toBeUndefined();
      expect(await other.token(hashed('t'), NOW)).toBeUndefined();
      expect(await other.tokens()).toEqual([]);
      expect(await other.findCode(hashed('c'), NOW)).toBeUndefined();
      expect((await create('eve')).id).toBe(bob.id + 1);
      await expect(access.removeUser(bob.id, CREATED)).rejects.toEqual(refused('user_not_found'));
    });

    it('sets a password, which ends the other sessions and the links', async () => {
      const { id } = await create('ada');
      const kept = await access.createSession(newSession(id, 'kept'), draft('login'));
      await access.createSession(newSession(id, 'ended'), draft('login'));
      await access.createCode(linkOf(id, 'link'), draft('user.link'));
      await access.setPassword(id, '$argon2id$new', kept.id, draft('user.password'));
      expect(await other.userByEmail('ada@example.com')).toMatchObject({ passwordHash: '$argon2id$new' });
      expect(await other.session(hashed('kept'), NOW)).toBeDefined();
      expect(await other.session(hashed('ended'), NOW)).toBeUndefined();
      expect(await other.findCode(hashed('link'), NOW)).toBeUndefined();
      await access.setPassword(id, '$argon2id$newer', undefined, draft('user.password'));
      expect(await other.session(hashed('kept'), NOW)).toBeUndefined();
      await expect(access.setPassword(9, '', undefined, CREATED)).rejects.toEqual(refused('user_not_found'));
    });

    it('ends logins and changes that were checked with another password than the one that is set by now', async () => {
      const { id } = await access.createUser(newUser('ada', { passwordHash: 'old' }), CREATED, NOW);
      const changed = draft('user.password');
      await other.setPassword(id, 'new', undefined, changed, 'old');
      await expect(access.setPassword(id, 'late', undefined, changed, 'old')).rejects.toEqual(
        refused('unauthenticated'),
      );
      const late = newSession(id, 's', { passwordHash: 'old' });
      await expect(access.createSession(late, draft('login'))).rejects.toEqual(refused('unauthenticated'));
      expect(await access.session(hashed('s'), NOW)).toBeUndefined();
      expect(await access.userByEmail('ada@example.com')).toMatchObject({ passwordHash: 'new' });
      expect(await actions(access)).toEqual(['user.created', 'access.closed', 'user.password']);
      await access.createSession({ ...late, passwordHash: 'new' }, draft('login'));
      expect(await other.session(hashed('s'), NOW)).toBeDefined();
    });

    it('links an account of the provider once', async () => {
      const { id } = await create('ada', { mayBeLinked: true });
      const linked = await access.linkAccount(id, ACCOUNT, draft('user.changed'));
      expect(linked).toMatchObject({ account: ACCOUNT, mayBeLinked: false });
      expect(await other.userByAccount(ACCOUNT)).toEqual(linked);
      expect(await access.linkAccount(id, ACCOUNT, draft('user.changed'))).toEqual(linked);
      await expect(access.linkAccount(9, { ...ACCOUNT, subject: '9' }, CREATED)).rejects.toEqual(
        refused('user_not_found'),
      );
    });

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

    describe('sessions', () => {
      let ada: User;
      beforeEach(async () => {
        ada = await create('ada');
      });

      it('are found by the hash of their secret, with their user', async () => {
        const sealed = hashed('sealed');
        const session = await access.createSession(
          newSession(ada.id, 's', { sealedRefresh: sealed, refreshedAt: NOW }),
          draft('login'),
        );
        expect(session).toEqual({
          id: 1,
          userId: ada.id,
          createdAt: NOW,
          usedAt: NOW,
          endsAt: NOW + 30 * 24 * HOUR,
          address: '192.0.2.1',
          userAgent: 'Firefox',
          sealedRefresh: sealed,
          refreshedAt: NOW,
        });
        const lastSeenAt = NOW - 1;
        expect(await other.session(hashed('s'), NOW)).toEqual({ session, user: { ...ada, lastSeenAt } });
        expect(await other.session(hashed('x'), NOW)).toBeUndefined();
      });

      it('end at their end and after seven days without use, to the millisecond', async () => {
        const soon = newSession(ada.id, 'soon', { endsAt: NOW + HOUR });
        await access.createSession(soon, draft('login'));
        const { id } = await access.createSession(newSession(ada.id, 'idle'), draft('login'));
        expect(await access.session(soon.hash, NOW + HOUR - 1)).toBeDefined();
        expect(await access.session(soon.hash, NOW + HOUR)).toBeUndefined();
        expect(await access.session(hashed('idle'), NOW + SESSION_MS.idle - 1)).toBeDefined();
        expect(await access.session(hashed('idle'), NOW + SESSION_MS.idle)).toBeUndefined();
        await access.touchSession(id, NOW + SESSION_MS.idle - 1);
        expect(await other.session(hashed('idle'), NOW + SESSION_MS.idle)).toMatchObject({
          session: { usedAt: NOW + SESSION_MS.idle - 1, sealedRefresh: undefined },
        });
        expect(await access.user(ada.id)).toMatchObject({ lastSeenAt: NOW + SESSION_MS.idle - 1 });
      });

      it('keep what the provider gave, until it is replaced', async () => {
        const { id } = await access.createSession(
          newSession(ada.id, 's', { sealedRefresh: hashed('1'), refreshedAt: NOW }),
          draft('login'),
        );
        await access.touchSession(id, NOW + 5);
        const read = async (): Promise<unknown> => (await other.session(hashed('s'), NOW))?.session;
        expect(await read()).toMatchObject({ sealedRefresh: hashed('1'), refreshedAt: NOW, usedAt: NOW + 5 });
        await access.touchSession(id, NOW + 6, { sealed: hashed('2') });
        expect(await read()).toMatchObject({ sealedRefresh: hashed('2'), refreshedAt: NOW + 6, usedAt: NOW + 6 });
        await access.touchSession(id, NOW + 7, { sealed: undefined });
        expect(await read()).toMatchObject({ sealedRefresh: undefined, refreshedAt: NOW + 7 });
        await access.touchSession(99, NOW);
      });

      it('let one process alone ask the provider', async () => {
        const { id } = await access.createSession(newSession(ada.id, 's', { refreshedAt: NOW }), draft('login'));
        const claims = [access, other, access].map((one) => one.claimRefresh(id, NOW, NOW + 1));
        expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
        expect(await other.session(hashed('s'), NOW)).toMatchObject({ session: { refreshedAt: NOW + 1, usedAt: NOW } });
        expect(await other.claimRefresh(id, NOW + 1, NOW + 2)).toBe(true);
        expect(await other.claimRefresh(99, NOW, NOW)).toBe(false);
      });

      it('are listed, the last used first, and ended one by one or all but one', async () => {
        const bob = await create('bob');
        const make = async (secret: string, userId = ada.id): Promise<number> =>
          (await access.createSession(newSession(userId, secret), draft('login'))).id;
        const [one, two, three] = [await make('1'), await make('2'), await make('3')];
        const ofBob = await make('b', bob.id);
        await access.createSession(newSession(ada.id, 'ended', { endsAt: NOW }), draft('login'));
        await access.touchSession(one, NOW + 1);
        const ids = async (): Promise<number[]> => (await other.sessions(ada.id, NOW + 1)).map(({ id }) => id);
        expect(await ids()).toEqual([one, three, two]);
        const entries = (await allEntries(access)).length;
        expect(await access.endSessions(ada.id, { id: ofBob }, draft('session.ended'))).toBe(0);
        expect((await allEntries(access)).length).toBe(entries);
        expect(await access.endSessions(ada.id, { id: two }, draft('session.ended'))).toBe(1);
        expect(await ids()).toEqual([one, three]);
        expect(await access.endSessions(ada.id, { keep: three }, draft('session.ended'))).toBe(2);
        expect(await ids()).toEqual([three]);
        expect(await access.endSessions(ada.id, { keep: undefined }, draft('session.ended'))).toBe(1);
        expect(await ids()).toEqual([]);
        expect(await other.sessions(bob.id, NOW)).toHaveLength(1);
        expect((await allEntries(access)).length).toBe(entries + 3);
      });

      it('are refused to a user who is disabled or gone', async () => {
        const bob = await create('bob');
        await access.changeUser(bob.id, { isDisabled: true }, draft('user.changed'));
        const entries = await allEntries(access);
        for (const id of [bob.id, 99])
          await expect(access.createSession(newSession(id, 's'), draft('login'))).rejects.toEqual(
            refused('unauthenticated'),
          );
        expect(await allEntries(access)).toEqual(entries);
      });
    });

    describe('tokens', () => {
      it('are found by their hash, with the user who made them', async () => {
        const ada = await create('ada');
        const made = await access.createToken(
          newToken('t', { creatorId: ada.id, permissions: ['ingest', 'read'], expiresAt: NOW + HOUR }),
          draft('token.created'),
        );
        const ofCommand = await access.createToken(newToken('c'), draft('token.created'));
        expect(made).toEqual({
          id: 1,
          name: 't',
          permissions: ['read', 'ingest'],
          creatorId: ada.id,
          createdAt: NOW,
          expiresAt: NOW + HOUR,
          usedAt: undefined,
        });
        expect(await other.tokens()).toEqual([
          { token: ofCommand, creator: undefined },
          { token: made, creator: ada },
        ]);
        expect(await other.token(hashed('t'), NOW + HOUR - 1)).toEqual({ token: made, creator: ada });
        expect(await other.token(hashed('t'), NOW + HOUR)).toBeUndefined();
        expect(await other.token(hashed('c'), NOW + 1_000 * HOUR)).toEqual({ token: ofCommand, creator: undefined });
        await access.touchToken(made.id, NOW + 59_000);
        expect(await other.token(hashed('t'), NOW)).toMatchObject({ token: { usedAt: NOW - 1 } });
        await access.removeToken(made.id, draft('token.removed'));
        expect(await other.token(hashed('t'), NOW)).toBeUndefined();
        await expect(access.removeToken(made.id, CREATED)).rejects.toEqual(refused('token_not_found'));
        expect((await access.createToken(newToken('d'), draft('token.created'))).id).toBe(3);
      });

      it('are dead while their maker is disabled', async () => {
        const [, bob] = [await create('ada'), await create('bob')];
        await access.createToken(newToken('t', { creatorId: bob.id }), draft('token.created'));
        await access.changeUser(bob.id, { isDisabled: true }, draft('user.changed'));
        expect(await other.token(hashed('t'), NOW)).toBeUndefined();
        const again = access.createToken(newToken('u', { creatorId: bob.id }), draft('token.created'));
        await expect(again).rejects.toEqual(refused('unauthenticated'));
        await access.changeUser(bob.id, { isDisabled: false, role: 'viewer' }, draft('user.changed'));
        expect(await other.token(hashed('t'), NOW)).toMatchObject({ creator: { role: 'viewer' } });
      });
    });
  });
}
