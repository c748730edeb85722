import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { tokenOf } from '../../src/http/auth.ts';
import { isSessionToken, signSession, verifySession, type Claims } from '../../src/users/session-token.ts';

const key = Buffer.alloc(32, 7);
const claims: Claims = { of: 'user', name: 'anna', until: 1_795_379_580_000 };
const token = signSession(key, claims, 'b');
const verify = (text: string, by = key, binding: string | undefined = 'b'): Claims | undefined =>
  verifySession(by, text, () => binding);

void t.test('a genuine token says what was signed, with its own key and binding only', (t) => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 });
  const of = fc.constantFrom('user' as const, 'key' as const);
  fc.assert(
    fc.property(name, of, fc.nat(2 ** 45), fc.string(), fc.string(), (name, of, until, binding, other) => {
      const made = signSession(key, { name, of, until }, binding);
      t.strictSame(
        verifySession(key, made, () => binding),
        { name, of, until },
      );
      if (other !== binding) t.equal(verify(made, key, other), undefined);
      t.equal(
        verifySession(key, made, () => undefined),
        undefined,
      );
      t.equal(verify(made, Buffer.alloc(32, 8), binding), undefined);
    }),
    { numRuns: 50 },
  );
  t.end();
});

void t.test('no other text is accepted: one character or bit changed, added or taken away', (t) => {
  const accepted: string[] = [];
  const attempt = (text: string): void => {
    if (text !== token && verify(text) !== undefined) accepted.push(text);
  };
  for (let at = 0; at < token.length; at++) {
    attempt(token.slice(0, at) + token.slice(at + 1));
    for (const letter of 'AQgwBb_-0.=/+ \n') {
      attempt(token.slice(0, at) + letter + token.slice(at + 1));
      attempt(token.slice(0, at) + letter + token.slice(at));
    }
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(token);
      bytes[at] = bytes[at]! ^ (1 << bit);
      attempt(bytes.toString('latin1'));
    }
  }
  attempt(`${token}=`);
  attempt(`${token}\n`);
  attempt(token.toUpperCase());
  t.strictSame(accepted, []);
  t.strictSame(verify(token), claims, 'the token itself is');
  const edit = fc.record({
    at: fc.nat(token.length),
    taken: fc.nat(5),
    put: fc.string({ unit: fc.constantFrom('A', 'B', 'b', '0', '-', '_', '.', '=', '+', '/'), maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce(
        (before, { at, taken, put }) => before.slice(0, at) + put + before.slice(at + taken),
        token,
      );
      return text === token || verify(text) === undefined;
    }),
  );
  t.end();
});

void t.test('what is signed with the right key for another purpose, or says something else, is none', (t) => {
  const [, payload = ''] = token.split('.');
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  for (const forged of [
    `s1.${payload}.${sign(payload)}`,
    `s1.${payload}.${sign(`s1.${payload}`)}`,
    `s1.${payload}.`,
    `s1..${sign('s1.\nb')}`,
    `s1.e30.${sign('s1.e30\nb')}`,
    `s1.bnVsbA.${sign('s1.bnVsbA\nb')}`,
    `s2.${payload}.${sign(`s1.${payload}\nb`)}`,
    `s1.${'A'.repeat(1_000_000)}.${sign('x')}`,
    '',
  ]) {
    t.equal(verify(forged), undefined, forged.slice(0, 60));
  }
  t.notOk(isSessionToken(tokenOf('k', '2026-11-22')), 'no token of a day is one');
  t.ok(isSessionToken(token));
  t.notMatch(token, /^[0-9a-f]{32}$/i);
  t.end();
});
