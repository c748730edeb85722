import t from 'tap';
import { hashPassword, isPassword, isPasswordHash } from '../../src/users/password.ts';

void t.test('a hash is of its password, salted', async (t) => {
  const [one, other] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  t.not(one, other);
  t.match(one, /^scrypt:16384:8:1:[\w-]{22}:[\w-]{43}$/);
  t.ok(await isPassword('correct horse', one));
  for (const wrong of ['', 'correct hors', 'Correct horse', 'correct horse ']) t.notOk(await isPassword(wrong, one));
  t.notOk(await isPassword('correct horse', undefined));
  t.ok(await isPassword('caf\u00e9 au lait', await hashPassword('cafe\u0301 au lait')), 'the same letters');
});

void t.test('hashes that would take the memory of the box, or are none, are no hashes', (t) => {
  const salt = 'A'.repeat(22);
  const key = 'A'.repeat(43);
  for (const good of [`scrypt:16384:8:1:${salt}:${key}`, `scrypt:32768:8:3:${salt}:${key}`]) {
    t.ok(isPasswordHash(good), good);
  }
  for (const bad of [
    '',
    'secret',
    `scrypt:65536:8:1:${salt}:${key}`,
    `scrypt:16384:99:1:${salt}:${key}`,
    `scrypt:16383:8:1:${salt}:${key}`,
    `scrypt:0:8:1:${salt}:${key}`,
    `scrypt:1:8:1:${salt}:${key}`,
    `scrypt:16384:0:1:${salt}:${key}`,
    `scrypt:16384:8:0:${salt}:${key}`,
    `scrypt:16384:8:1:${salt}:${key}A`,
    `scrypt:16384:8:1::${key}`,
    `md5:16384:8:1:${salt}:${key}`,
  ]) {
    t.notOk(isPasswordHash(bad), bad);
  }
  t.end();
});
