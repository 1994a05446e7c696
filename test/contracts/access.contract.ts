import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { CODE_MS, type OneTimeCode } from '../../server/domain/access/one-time-code.js';
import type { User } from '../../server/domain/access/user.js';
import {
  actions,
  allEntries,
  draft,
  hashed,
  newSession,
  newToken,
  newUser,
  NOW,
  openTwice,
  outcomes,
  refused,
} from '../support/access.js';
import type { Engine } from '../support/engine.js';

const CREATED = draft('user.created', 'someone');
const ACCOUNT = { issuer: 'https://login.example.com', subject: '42' };
const linkOf = (userId: number, secret: string): OneTimeCode => ({
  hash: hashed(secret),
  purpose: 'password',
  userId,
  endsAt: NOW + CODE_MS.password,
});

/** Users of every engine, and whether it is open. */
export function describeAccess(name: string, open: () => Promise<Engine>): void {
  describe(`access in ${name}`, () => {
    let access: AccessRepository;
    let other: AccessRepository;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ access, other, close } = await openTwice(open));
    });
    afterEach(() => close());

    const create = (who: string, more = {}): Promise<User> => access.createUser(newUser(who, more), CREATED, NOW);

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
  });
}
