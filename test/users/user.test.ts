import t from 'tap';
import { formatUser, parseUser, readUserName, userIdOf } from '../../src/users/user.ts';

const hash = `scrypt:16384:8:1:${'A'.repeat(22)}:${'A'.repeat(43)}`;

void t.test('a line of [users]: name = role, extension, hash', (t) => {
  const anna = { name: 'anna', role: 'agent', extension: '801', hash } as const;
  t.equal(formatUser(anna), `anna = agent, 801, ${hash}`);
  t.strictSame(parseUser('Anna', `Agent , 801,${hash}`), anna);
  t.strictSame(parseUser('boss', `supervisor, , ${hash}`), { name: 'boss', role: 'supervisor', extension: '', hash });
  for (const [name, value, text] of [
    ['a b', `agent, 801, ${hash}`, /^the name is not/],
    ['', `agent, 801, ${hash}`, /^the name is not/],
    ['-x', `agent, 801, ${hash}`, /^the name is not/],
    ['x', `agnet, 801, ${hash}`, /^the role is not one of wallboard, agent, supervisor, admin$/],
    ['x', `agent, , ${hash}`, /^an agent has an extension$/],
    ['x', `agent, 8 1, ${hash}`, /^the extension is not/],
    ['x', `agent, ${hash}`, /^is not role, extension, hash/],
    ['x', 'agent, 801, secret', /^the hash is not one/],
    ['x', `agent, 801, ${hash}, more`, /^is not role, extension, hash/],
    ['x', '', /^is not role, extension, hash/],
  ] as const) {
    t.match(parseUser(name, value), text, `${name} = ${value.slice(0, 20)}`);
  }
  t.notMatch(parseUser('x', 'agent, 801, secret'), /secret/, 'what may be a password is not repeated');
  t.end();
});

void t.test('names are the same in capitals; numbers of users stay the same', (t) => {
  t.equal(readUserName('Anna.B@crm'), 'anna.b@crm');
  for (const bad of ['', '.x', '-x', 'a b', 'x'.repeat(41), 'é', '__proto__\n']) t.equal(readUserName(bad), undefined);
  t.equal(userIdOf('anna'), userIdOf('anna'));
  const ids = new Set(Array.from({ length: 2_000 }, (_, i) => userIdOf(`agent${i}`)));
  t.equal(ids.size, 2_000);
  t.ok([...ids].every((id) => Number.isInteger(id) && id > 1 && id < 2 ** 31));
  t.end();
});
