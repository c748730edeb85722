import { chmodSync, linkSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sessionSecret } from '../../src/users/session-secret.ts';
import { memoryLog } from '../http/client.ts';

void t.test('the secret is made once, for its owner only; one that cannot be used is made anew', (t) => {
  const folder = join(t.testdir({}), 'data');
  const file = join(folder, 'session.key');
  const log = memoryLog();
  const first = sessionSecret(folder, log);
  t.equal(first.length, 32);
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.strictSame(sessionSecret(folder, log), first);
  t.strictSame(log.lines, [], 'nothing to tell');
  const elsewhere = join(folder, 'elsewhere');
  const faults: Record<string, () => void> = {
    'others can read it': () => {
      chmodSync(file, 0o640);
    },
    'does not hold 64 hex digits': () => {
      writeFileSync(file, 'x');
    },
    ELOOP: () => {
      writeFileSync(elsewhere, readFileSync(file), { mode: 0o600 });
      rmSync(file);
      symlinkSync(elsewhere, file);
    },
    'no file of its own': () => {
      linkSync(file, join(folder, 'second'));
    },
  };
  let before = first;
  for (const [reason, spoil] of Object.entries(faults)) {
    spoil();
    log.lines.length = 0;
    const next = sessionSecret(folder, log);
    t.notSame(next, before, reason);
    t.match(log.lines, [new RegExp(`^warning .*session.key cannot be used, a new one is made.*${reason}`)]);
    t.strictSame(sessionSecret(folder, log), next, 'and kept');
    t.equal(log.lines.length, 1);
    t.equal(statSync(file).mode & 0o777, 0o600);
    before = next;
  }
  t.strictSame(readdirSync(folder).sort(), ['elsewhere', 'second', 'session.key'], 'nothing is left behind');
  t.notSame(readFileSync(elsewhere, 'utf8').trim(), before.toString('hex'), 'no link is written through');
  t.end();
});

void t.test('where nothing can be written, it lasts as long as the daemon', (t) => {
  const folder = join(t.testdir({ file: '' }), 'file/data');
  const log = memoryLog();
  t.equal(sessionSecret(folder, log).length, 32);
  t.match(log.lines.at(-1), /^warning .*cannot be written: sessions end with this daemon/);
  t.end();
});
