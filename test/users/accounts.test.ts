import t from 'tap';
import { refusal } from '../control/fake.ts';
import { Accounts } from '../../src/users/accounts.ts';
import { sessionSeconds } from '../../src/users/session-token.ts';
import { hashPassword } from '../../src/users/password.ts';
import type { Session } from '../../src/users/session.ts';
import { userIdOf, type User } from '../../src/users/user.ts';

const anna: User = { name: 'anna', role: 'agent', extension: '801', hash: await hashPassword('correct horse') };

function made(secret = Buffer.alloc(32)): {
  accounts: Accounts;
  state: { webkey: string; users: ReadonlyMap<string, User>; now: number };
} {
  const state = { webkey: 'k', users: new Map([['anna', anna]]) as ReadonlyMap<string, User>, now: 1_795_379_580_000 };
  const accounts = new Accounts({ settings: () => state, secret: () => secret, now: () => new Date(state.now) });
  return { accounts, state };
}

const pass = (): void => undefined;
const isKnown = (session: Session | 'over' | undefined): boolean => typeof session === 'object';

void t.test('a session lasts 12 hours, on any daemon with the same secret', async (t) => {
  const { accounts, state } = made();
  const { token, session, userId } = (await accounts.signIn('ANNA', 'correct horse', pass))!;
  t.equal(userId, userIdOf('anna'));
  t.strictSame(session.identity, { name: 'anna', role: 'agent', extension: '801' });
  t.equal(session.until, state.now + sessionSeconds * 1000);
  t.ok(isKnown(made().accounts.sessionOf(token)), 'after a restart');
  t.notOk(isKnown(made(Buffer.alloc(32, 1)).accounts.sessionOf(token)), 'not of another box');
  state.now += sessionSeconds * 1000 - 1;
  t.ok(isKnown(accounts.sessionOf(token)));
  t.ok(session.isCurrent());
  state.now += 1;
  t.equal(accounts.sessionOf(token), 'over');
  t.notOk(session.isCurrent());
  state.now -= 2 * sessionSeconds * 1000;
  t.equal(accounts.sessionOf(token), 'over', 'signed while the clock was far ahead');
});

void t.test('a session that is held notices that its user has changed', async (t) => {
  const { accounts, state } = made();
  const { session } = (await accounts.signIn('anna', 'correct horse', pass))!;
  const key = (await accounts.signIn('x', 'k', pass))!.session;
  const daily = accounts.keySession();
  state.users = new Map([['anna', { ...anna }]]);
  t.ok(session.isCurrent(), 'read anew, and the same');
  state.users = new Map([['anna', { ...anna, extension: '802' }]]);
  t.notOk(session.isCurrent());
  t.ok(key.isCurrent() && daily.isCurrent());
  state.webkey = 'k2';
  t.notOk(key.isCurrent() || daily.isCurrent());
});

void t.test('a user of the name of the WEBKEY holder is not the holder, and the other way round', async (t) => {
  const { accounts, state } = made();
  const { token } = (await accounts.signIn('anna', 'k', pass))!;
  t.match(accounts.sessionOf(token), { identity: { name: 'anna', role: 'admin', extension: '' } });
  state.webkey = '';
  t.notOk(isKnown(accounts.sessionOf(token)), 'without a WEBKEY nobody holds it');
  t.equal(await accounts.signIn('anna', '', pass), undefined);
});

void t.test(
  'passwords are hashed one at a time; at most 64 wait; a user who goes meanwhile does not get in',
  async (t) => {
    const { accounts, state } = made();
    const results = await Promise.allSettled(
      Array.from({ length: 70 }, (_, i) =>
        accounts.signIn('nobody', `${i}`, () => {
          throw new Error('turned away');
        }),
      ),
    );
    const reasons = results.map((result) => (result.status === 'rejected' ? String(result.reason) : 'in'));
    t.equal(reasons.filter((reason) => reason.includes('turned away')).length, 64);
    t.equal(reasons.filter((reason) => reason.includes('wait already')).length, 6);
    const going = accounts.signIn('anna', 'correct horse', () => {
      state.users = new Map();
    });
    t.equal(await going, undefined);
  },
);

void t.test(
  'a name that nobody has costs as much as a wrong password: the time does not tell who is there',
  async (t) => {
    const { accounts } = made();
    /** Processor time of the whole process, hashing included: however busy the machine is, it is what was worked. */
    const cost = async (name: string): Promise<number> => {
      const before = process.cpuUsage();
      for (let i = 0; i < 5; i++) t.equal(await accounts.signIn(name, `wrong ${i}`, pass), undefined);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cost('anna');
    const known = await cost('anna');
    for (const name of ['nobody', 'a b', '', '__proto__', 'x'.repeat(64)]) {
      const ratio = (await cost(name)) / known;
      t.ok(ratio > 0.5 && ratio < 2, `${name.slice(0, 10)}: ${ratio.toFixed(2)} times as much`);
    }
  },
);

void t.test('tickets: once, for 60 seconds, for what they are for, as long as their user is there', async (t) => {
  const { accounts, state } = made();
  const { session } = (await accounts.signIn('anna', 'correct horse', pass))!;
  const issue = (): string => accounts.issueTicket(session, { to: 'stream' });
  const use = (text: string, to = 'stream'): boolean =>
    accounts.useTicket(text, (purpose) => purpose.to === to) !== undefined;
  const see = (text: string): boolean => accounts.seeTicket(text, (purpose) => purpose.to === 'stream') !== undefined;
  const one = issue();
  t.notOk(use(one, 'recording'));
  t.ok(see(one) && see(one), 'what is only looked at is not used up');
  t.ok(use(one));
  t.notOk(use(one), 'once');
  t.notOk(see(one));
  const late = issue();
  state.now += 60_000;
  t.notOk(use(late));
  const back = issue();
  state.now -= 3_600_000;
  t.notOk(use(back), 'the clock was set back');
  const gone = issue();
  state.users = new Map();
  t.notOk(use(gone));
  for (let i = 0; i < 100; i++) issue();
  t.throws(issue, refusal('unavailable'), '100 of a user');
  state.now += 60_000;
  t.match(issue(), /^[\w-]{32}$/, 'until the old ones have ended');
  for (const wrong of ['', '__proto__', 'x'.repeat(100)]) t.notOk(use(wrong));
});
