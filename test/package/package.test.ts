import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { head } from '../../src/cli/user/users-text.ts';
import { sections, type Key } from '../../src/config/keys.ts';
import { archs } from '../../packaging/build/arch.ts';
import { changelog, script } from '../../packaging/build/control.ts';
import { flags } from '../../packaging/build/flags.ts';
import { revision } from '../../packaging/build/revision.ts';
import { root, run } from '../../packaging/build/run.ts';
import { builtDeb, here } from './built.ts';

void t.test('lintian has nothing to say, and every override has its reason', (t) => {
  for (const arch of archs) {
    const args = ['--allow-root', '--fail-on', 'error,warning', '--pedantic', '--display-level', '>=warning'];
    const { status, stdout, stderr } = spawnSync('lintian', [...args, builtDeb(arch)], { encoding: 'utf8' });
    t.equal(`${stdout}${stderr}`.replace(/^warning: .*root.*\n/gm, ''), '', arch.debian);
    t.equal(status, 0);
  }
  const lines = readFileSync(join(root, 'packaging/debian/lintian-overrides'), 'utf8').trim().split('\n');
  for (const [index, line] of lines.entries()) {
    t.not(line.startsWith('#'), lines[index - 1]?.startsWith('#') ?? false, `line ${index + 1}`);
  }
  t.end();
});

void t.test('shellcheck has nothing to say', (t) => {
  const dir = t.testdir();
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm', 'connect-asterisk']) {
    writeFileSync(join(dir, name), script(name));
    t.equal(run('shellcheck', ['-s', 'sh', join(dir, name)]), '', name);
  }
  t.equal(run('shellcheck', ['-s', 'bash', join(root, 'packaging/bash-completion')]), '');
  t.equal(run('shellcheck', [join(root, '.ci/run')]), '');
  t.end();
});

void t.test('what is in the package', (t) => {
  const list = run('dpkg-deb', ['-c', builtDeb(here)]);
  const row = (path: string): string => list.split('\n').find((line) => line.endsWith(` ./${path}`)) ?? `no ${path}`;
  t.match(row('etc/api.conf'), /^-rw-r----- root\/root /);
  t.match(row('usr/sbin/coocenter-api'), /^-rwxr-xr-x root\/root /);
  for (const file of globSync('*', { cwd: join(root, 'etc/asterisk') })) {
    t.match(row(`usr/share/coocenter-api/asterisk/${file}`), /^-rw-r--r-- root\/root /);
  }
  for (const file of globSync('*', { cwd: join(root, 'packaging/monitoring') })) {
    t.match(row(`usr/share/coocenter-api/monitoring/${file}`), /^-rw-r--r-- root\/root /);
  }
  const times = new Set(
    list
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).slice(3, 5).join(' ')),
  );
  t.equal(times.size, 1, 'one time stamp');
  t.equal(run('dpkg-deb', ['-f', builtDeb(here), 'Version']).trim(), revision().version);
  t.match(changelog(revision()), new RegExp(`^coocenter-api \\(${revision().version}\\) unstable`));

  const dir = t.testdir();
  run('dpkg-deb', ['-x', builtDeb(here), dir]);
  const manual = run('gzip', ['-dc', join(dir, 'usr/share/man/man5/api.conf.5.gz')]);
  for (const keys of Object.values<Record<string, Key<unknown>>>(sections)) {
    for (const { name } of Object.values(keys)) t.match(manual, `.B ${name.replaceAll('-', '\\-')}\n`, name);
  }
  t.end();
});

void t.test('users.conf begins as the command begins it', (t) => {
  t.ok(script('postinst').includes(`<<'END'\n${head}END\n`));
  t.end();
});

void t.test('the completion offers what --help names', (t) => {
  const completion = join(root, 'packaging/bash-completion');
  const program = `coocenter-api() { printf '%s\\n' '  --config FILE    a' '  --version  b' '  check  c' '  token [DATE]' 'usage: no'; }
. "$1"; COMP_WORDS=(coocenter-api "$2"); COMP_CWORD=1; _coocenter_api; echo "\${COMPREPLY[@]}"`;
  const complete = (word: string): string => run('bash', ['-c', program, 'bash', completion, word]).trim();
  t.equal(complete(''), '--config --version check token');
  t.equal(complete('--v'), '--version');
  t.equal(complete('to'), 'token');
  t.end();
});

void t.test('lines added to files of Asterisk are taken away to the byte', (t) => {
  const dir = t.testdir();
  const file = join(dir, 'some.conf');
  const functions = script('postinst').split('\ncase $1 in')[0] ?? '';
  const undo = script('postrm').split('\ncase $1 in')[0] ?? '';
  const sh = (text: string): string => run('sh', ['-c', `${text}\n`, 'sh', file]);
  for (const before of [
    '[general]\nenabled = no\n',
    '[general]\nenabled = no',
    '\n\n',
    '; caf\xe9\r\n[general]\r\n',
    '',
  ]) {
    writeFileSync(file, before, 'latin1');
    sh(`${functions}\ninclude "$1" 'some.d/ours*.conf' root`);
    t.match(
      readFileSync(file, 'latin1'),
      /^; \w+ by the package coocenter-api.*\n#include "some\.d\/ours\*\.conf"\n$/m,
    );
    sh(`${undo}\nexclude "$1"`);
    t.equal(readFileSync(file, 'latin1'), before);
    sh(`${functions}\ninclude "$1" 'some.d/ours*.conf' root\necho 'port = 1' >>"$1"`);
    sh(`${undo}\nexclude "$1"`);
    t.equal(readFileSync(file, 'latin1').replace(/port = 1\n$/, ''), before, 'what came later stays');
  }
  const read = (text: string): string => {
    writeFileSync(file, text);
    return sh(`${functions}\nsetting "$1" general enabled`).trim();
  };
  t.equal(read('[general]\nenabled=yes ; on\n'), 'yes');
  t.equal(read('enabled = yes\n[other]\nenabled = yes\n;[general]\n;enabled = yes\n'), '');
  t.equal(read('[General](+)\r\n  Enabled => no\r\nenabled = yes\r\n[x]\r\nenabled = no\r\n'), 'yes');
  t.end();
});

void t.test('the flags of V8 are no others than those of Node itself', (t) => {
  const accepted = run(process.execPath, ['--v8-options']);
  for (const flag of flags) t.match(accepted, new RegExp(`^ +${flag.split('=')[0] ?? ''} `, 'm'), flag);
  t.end();
});
