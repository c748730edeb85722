import t from 'tap';
import { script } from '../../packaging/build/control.ts';
import { tokenOf } from '../lab/daemon.ts';
import { builtDeb, here } from './built.ts';
import { Chroot } from './chroot.ts';
import { whyNoBoxes } from './trees.ts';

const account = '/etc/asterisk/manager.d/coocenter-api.conf';
const settings = '/etc/api.conf.d/ami.conf';
const webkey = '/etc/api.conf.d/webkey.conf';
const secretIn = (text: string): string => /^(?:secret|WEBKEY) = ([0-9a-f]{48})\b/m.exec(text)?.[1] ?? 'none';

/** An Asterisk as it is usual: all of its settings belong to its user. */
const asterisk = {
  'manager.conf': '[general]\nenabled = yes\nport = 5038\nbindaddr = 127.0.0.1\n',
  'cdr_manager.conf': '[general]\nenabled = no\n',
  'asterisk.conf': '[options]\nrunuser = asterisk\nrungroup = asterisk\n',
};
/** FreePBX and Issabel: written anew by their web pages, but for what they include last. */
const generated = {
  ...asterisk,
  'manager.conf': `${asterisk['manager.conf']}\n[admin]\nsecret = x\n\n#include manager_additional.conf\n#include manager_custom.conf\n`,
  'manager_additional.conf': ';\n',
  'manager_custom.conf': '; mine\n[panel]\nsecret = y',
};

void t.test('secrets and links', { skip: whyNoBoxes() ?? false }, async (t) => {
  const box = new Chroot(builtDeb(here));
  t.teardown(() => {
    box.end();
  });
  box.sh('useradd --system --user-group asterisk');
  /** /etc/asterisk as it was before anything of ours. */
  const lay = (files: Readonly<Record<string, string>> = asterisk): void => {
    box.sh('rm -rf /etc/asterisk /etc/api.conf && mkdir /etc/asterisk');
    for (const [name, text] of Object.entries(files)) box.write(`etc/asterisk/${name}`, text);
    box.sh('chown -R asterisk:asterisk /etc/asterisk');
  };
  const asAsterisk = (line: string): string =>
    box.sh(`setpriv --reuid=asterisk --regid=asterisk --clear-groups sh -ec '${line}'`);

  await t.test('an installation: no other user can read a secret at any step, and none is on a command line', (t) => {
    lay();
    // Each program that the scripts run notes its arguments, and which files with a secret everybody could read then.
    box.sh(`mkdir /wrap
for real in /usr/bin/* /usr/sbin/*; do
  case \${real##*/} in sh | dash | bash | env | dpkg*) continue ;; esac
  cat >"/wrap/\${real##*/}" <<END
#!/bin/sh
{
  printf 'ran %s' "$real"
  printf ' %s' "\\$@"
  printf '\\n'
  /usr/bin/find /etc/asterisk /etc/api.conf.d -type f -perm /007 -exec /usr/bin/grep -lE '(secret|WEBKEY) = [0-9a-f]{48}' {} + 2>/dev/null |
    /usr/bin/sed 's/^/open /'
} >>/argv.log
exec "$real" "\\$@"
END
done
chmod 755 /wrap/*; : >/argv.log; chmod 666 /argv.log`);
    box.install('/wrap:');
    const log = box.read('argv.log');
    for (const step of ['/usr/bin/perl', '/usr/bin/od', '/usr/sbin/usermod']) t.match(log, `ran ${step} `);
    t.equal(
      log
        .split('\n')
        .filter((line) => line.startsWith('open '))
        .join('\n'),
      '',
    );
    const secret = secretIn(box.read(account));
    t.equal(secretIn(box.read(settings)), secret);
    for (const one of [secret, secretIn(box.read(webkey))]) {
      t.match(one, /^[0-9a-f]{48}$/);
      t.notMatch(log, one);
    }
    t.equal(box.mode(account), '640 root asterisk');
    t.equal(box.mode(settings), '640 root coocenter-api');
    t.equal(box.mode(webkey), '640 root coocenter-api');
    t.end();
  });

  await t.test('contract §2: a fresh installation asks for a token, which token prints', (t) => {
    const key = secretIn(box.read(webkey));
    t.equal(box.sh('coocenter-api token').trim(), tokenOf(key));
    box.sh('dpkg --remove coocenter-api');
    box.install();
    t.equal(secretIn(box.read(webkey)), key, 'installed again, it is the same');
    box.sh('echo >/etc/api.conf.d/webkey.conf');
    box.install();
    t.equal(box.read(webkey), '\n', 'who switched it off is not overruled');
    const files = (): string =>
      box.sh('find /etc/asterisk /etc/api* -type f -exec sha1sum {} + -printf "%m %u %g %p\n"');
    const before = files();
    t.strictSame(box.connect(), { status: 0, said: '' });
    t.equal(files(), before, 'connected again, nothing is written');
    box.purge();
    t.notOk(box.has('etc/api.conf.d'));
    t.equal(
      box.sh('cd /etc/asterisk && find . -type f | sort').trim(),
      './asterisk.conf\n./cdr_manager.conf\n./manager.conf',
    );
    for (const name of ['manager.conf', 'cdr_manager.conf'] as const) {
      t.equal(box.read(`etc/asterisk/${name}`), asterisk[name]);
      t.equal(box.mode(`/etc/asterisk/${name}`), '644 asterisk asterisk');
    }
    t.end();
  });

  await t.test('contract §1.1: clients of an api.conf of before are not locked out', (t) => {
    for (const before of ['[general]\nBINDPORT = 8000\n', '[general]\nBINDPORT = 8000\nWEBKEY = theirs\n']) {
      lay();
      box.write('etc/api.conf', before);
      box.install();
      t.equal(box.read('etc/api.conf'), before);
      t.notOk(box.has(webkey));
      // A configuration that was broken off and is tried again.
      box.sh('/var/lib/dpkg/info/coocenter-api.postinst configure ""');
      t.notOk(box.has(webkey));
      box.purge();
    }
    t.end();
  });

  await t.test('what Asterisk’s user put in the way is not followed', (t) => {
    const victim = '/etc/victim.conf';
    box.install();
    box.write('forget', `${script('postrm').split('\ncase $1 in')[0] ?? ''}\nforget_asterisk\n`);
    const table: readonly (readonly [string, string, RegExp | undefined])[] = [
      ['the name of before', 'mkdir manager.d; ln -s /etc/victim.conf manager.d/coocenter-api.conf.new', undefined],
      ['the account', 'mkdir manager.d; ln -s /etc/victim.conf manager.d/coocenter-api.conf', undefined],
      ['its folder', 'mkdir /tmp/m; ln -s /tmp/m manager.d', /manager\.d is a link, which is not followed/],
      ['a folder of root', 'ln -s /etc/api.conf.d manager.d', /manager\.d is a link, which is not followed/],
      ['what is included', 'mkdir cdr_manager.d; ln -s /etc/victim.conf cdr_manager.d/coocenter-api.conf', undefined],
      ['the folder of that', 'ln -s /etc cdr_manager.d', /cdr_manager\.d is a link, which is not followed/],
      [
        'cdr_manager.conf',
        'rm cdr_manager.conf; ln -s /etc/victim.conf cdr_manager.conf',
        /cdr_manager\.conf: is a link/,
      ],
      ['manager.conf', 'rm manager.conf; ln -s /etc/victim.conf manager.conf', /manager\.conf: is a link/],
      ['a pipe', 'rm cdr_manager.conf; mkfifo cdr_manager.conf', /cdr_manager\.conf: is no file of settings/],
    ];
    for (const [name, line, expected] of table) {
      lay();
      box.sh('rm -rf /tmp/m; install -d /etc/api.conf.d; rm -f /etc/api.conf.d/*');
      // When all is taken away again, lines that look like ours would be taken out of it.
      const lines =
        '; Added by the package coocenter-api, which removes these two lines when it is purged.\n#include "x"\n';
      box.write(victim, `precious = yes\n${lines}`);
      box.sh(`chmod 604 ${victim}`);
      const state = (): string => `${box.mode(victim)} ${box.read(victim)}${box.sh('ls /etc | grep -v "^api"')}`;
      const before = state();
      asAsterisk(`cd /etc/asterisk; ${line}`);
      const { status, said } = box.connect();
      if (expected === undefined) {
        t.strictSame({ status, said }, { status: 0, said: '' }, name);
        t.equal(box.mode(account), '640 root asterisk', name);
      } else {
        t.equal(status, 1, name);
        t.match(said, expected, name);
        t.match(said, 'Put that right, then run /usr/lib/coocenter-api/connect-asterisk', name);
      }
      t.equal(state(), before, name);
      box.run(['sh', '/forget']);
      t.equal(state(), before, `${name}, taken away`);
    }
    box.purge();
    t.end();
  });

  await t.test(
    'values of files that Asterisk’s user writes: no group is joined for them, no line is made of them',
    (t) => {
      lay({
        ...asterisk,
        'asterisk.conf': '[options]\nrungroup = shadow\n',
        'manager.conf': asterisk['manager.conf'].replace('5038', '5038]\rhost = evil.example'),
      });
      const said = box.install();
      t.match(said, /rungroup of asterisk\.conf is shadow, which is not the group of a running Asterisk/);
      t.match(said, /port in \[general\] of .*manager\.conf is no port/);
      t.equal(box.sh('id -nG coocenter-api').trim(), 'coocenter-api asterisk');
      t.match(box.read(settings), /^\[ami\]\nport = 5038\nsecret = [0-9a-f]{48}\n$/m);
      t.notMatch(box.read(settings), 'evil');
      t.equal(box.mode(account), '640 root asterisk');
      // A secret that is none is not believed either, and a file that was opened to all is closed again.
      box.sh(`sed -i 's/^secret = .*/secret = a\\x01b/' ${account}; chmod 666 ${account}`);
      t.equal(box.connect().status, 0);
      t.match(secretIn(box.read(account)), /^[0-9a-f]{48}$/);
      t.equal(secretIn(box.read(settings)), secretIn(box.read(account)));
      box.sh(`chmod 664 ${account}; chown asterisk ${account}`);
      t.equal(box.connect().status, 0);
      t.equal(box.mode(account), '640 root asterisk');
      box.purge();
      t.end();
    },
  );

  await t.test('FreePBX, Issabel: the account is read by manager_custom.conf, which they leave alone', (t) => {
    lay(generated);
    box.sh('chmod 664 /etc/asterisk/manager_custom.conf');
    box.install();
    t.equal(box.read('etc/asterisk/manager.conf'), generated['manager.conf']);
    const custom = box.read('etc/asterisk/manager_custom.conf');
    t.equal(
      custom.replace(
        /\n; Appended by the package coocenter-api.*\n#include "manager\.d\/coocenter-api\*\.conf"\n$/,
        '',
      ),
      generated['manager_custom.conf'],
    );
    t.equal(box.mode('/etc/asterisk/manager_custom.conf'), '664 asterisk asterisk');
    t.equal(secretIn(custom), 'none', 'the secret is not in a file that everybody can read');
    box.sh('rm /etc/api.conf.d/ami.conf');
    t.equal(box.connect().status, 0);
    t.equal(box.read('etc/asterisk/manager_custom.conf'), custom, 'once');
    t.equal(secretIn(box.read(settings)), secretIn(box.read(account)));
    box.purge();
    t.equal(box.read('etc/asterisk/manager_custom.conf'), generated['manager_custom.conf']);
    t.equal(box.read('etc/asterisk/manager.conf'), generated['manager.conf']);
    t.end();
  });
});
