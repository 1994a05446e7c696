import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { SESSION_MS } from '../../server/domain/access/session.js';
import type { User } from '../../server/domain/access/user.js';
import {
  allEntries,
  draft,
  hashed,
  HOUR,
  newSession,
  newToken,
  newUser,
  NOW,
  openTwice,
  refused,
} from '../support/access.js';
import type { Engine } from '../support/engine.js';

const CREATED = draft('user.created', 'someone');

/** Sessions and tokens of every engine. */
export function describeSessions(name: string, open: () => Promise<Engine>): void {
  describe(`sessions and tokens in ${name}`, () => {
    let access: AccessRepository;
    let other: AccessRepository;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ access, other, close } = await openTwice(open));
    });
    afterEach(() => close());

    const create = (who: string, more = {}): Promise<User> => access.createUser(newUser(who, more), CREATED, NOW);

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
