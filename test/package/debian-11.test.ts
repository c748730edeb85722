import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tokenOf, webkey } from '../lab/daemon.ts';
import { eventually } from '../lab/within.ts';
import { Box } from './box.ts';
import { builtDeb, here, nextDeb } from './built.ts';
import { equip, Outside, phones } from './centre.ts';
import { whyNoBoxes } from './trees.ts';

/** Paths that exist in the box and are the daemon's by their name. */
const ours = (box: Box): string[] =>
  box
    .must('sh', '-c', 'find / -xdev \\( -iname "*coocenter*" -o -path "/etc/api*" \\) -not -path "/proc/*" | sort')
    .split('\n')
    .filter((path) => path !== '' && !/^\/root\/|^\/var\/(log|cache)\//.test(path));

void t.test(
  'Debian 11 with its own Asterisk 16, which comes after the package',
  { skip: whyNoBoxes() ?? false },
  async (t) => {
    const box = new Box('bullseye');
    t.teardown(() => box.end());
    await box.boot();
    cpSync(builtDeb(here), join(box.root, 'root/coocenter-api.deb'));
    const outside = await new Outside(box).up();
    t.teardown(() => outside.down());
    const ready = (): number => box.curl(':8000/ready').code;
    const pid = (): string => box.unit('MainPID');
    const users = '/etc/api.conf.d/users.conf';
    const secret = ['/etc/api.conf', '/etc/api.conf.d', '/var/lib/coocenter-api'];
    /** Of somebody who is signed in. */
    let token = '';
    const signIn = (name: string, password: string): ReturnType<Box['curl']> =>
      box.curl(':8000/coocenter-api/local/login', '-d', `username=${name}`, '-d', `password=${password}`);
    const whoIs = (one: string): ReturnType<Box['curl']> =>
      box.curl(':8000/coocenter-api/session', '-H', `Authorization: Bearer ${one}`);
    const json = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

    await t.test('without Asterisk it runs, waits, and says what to do', (t) => {
      const said = box.install('/root/coocenter-api.deb');
      t.match(said, 'no Asterisk is configured here');
      t.match(said, '/usr/lib/coocenter-api/connect-asterisk');
      t.equal(box.run('systemctl', 'is-active', 'coocenter-api').said, 'active\n');
      t.equal(box.run('systemctl', 'is-enabled', 'coocenter-api').said, 'enabled\n');
      t.match(box.unit('StatusText'), 'no connection to Asterisk');
      const answer = box.curl(':8000/ready');
      t.equal(answer.code, 503);
      t.match(answer.body, 'no connection to Asterisk');
      t.equal(box.curl(':8000/health').code, 200);
      t.equal(box.must('stat', '-c', '%a %U %G', '/etc/api.conf'), '640 root coocenter-api\n');
      t.equal(box.curl(':8000/coocenter-api/queues/queue-info').code, 401, 'it is not open to the network');
      t.equal(box.must('stat', '-c', '%a %U %G', users), '640 root coocenter-api\n');
      t.equal(box.must('find', ...secret, '-perm', '/o=rwx'), '', 'nothing is for everybody');
      t.end();
    });

    await t.test('Asterisk is installed later: connected, with nothing edited', async (t) => {
      box.install('asterisk');
      await eventually('it is connected', () => ready() === 200);
      await eventually('systemd is told', () => box.unit('StatusText') === 'connected to Asterisk');
      t.equal(box.must('stat', '-c', '%a %U %G', '/etc/asterisk/manager.d/coocenter-api.conf'), '640 root asterisk\n');
      t.equal(box.must('stat', '-c', '%a %U %G', '/etc/api.conf.d/ami.conf'), '640 root coocenter-api\n');
      t.match(box.must('asterisk', '-rx', 'cdr show status'), /cdr_manager *$/m);
      t.match(box.must('asterisk', '-rx', 'manager show settings'), /Timestamp events: *Yes/);
      t.equal(box.must('dpkg', '--verify', 'coocenter-api'), '', 'every file is as it was shipped');
      t.match(box.run('/usr/lib/coocenter-api/connect-asterisk').said, /^$/, 'there is nothing left to do');
    });

    await t.test('the administrator writes where events go, and the phones', async (t) => {
      equip(box, 'SIP');
      const file = box
        .read('etc/api.conf')
        .replace(/^URL =/m, `URL = ${outside.url}`)
        .replace(/^WEBKEY =/m, `WEBKEY = ${webkey}`);
      box.write('etc/api.conf', file);
      const before = pid();
      box.must('systemctl', 'reload', 'coocenter-api');
      await eventually('it is connected', () => ready() === 200);
      await eventually('the token is asked for', () => box.curl(':8000/coocenter-api/queues/queue-info').code === 401);
      t.equal(pid(), before);
    });

    const auth = ['-H', `Authorization: ${tokenOf()}`];
    await t.test('a call: requests from the network, events to it, the recording', async (t) => {
      await phones(box, 'call').done;
      for (const event of ['dialbegein', 'dialend', 'hangup']) await outside.waitFor(event);
      const cdr = await outside.waitFor('cdr', { source: '801', destination: '802', disposition: 'ANSWERED' });
      const recording = String(cdr['recordfile']);
      t.match(recording, /^802-.*\.wav$/);
      const answer = box.curl(`:8000/coocenter-api/monitor/${recording}`, ...auth, '-o', '/dev/null', '-D', '-');
      t.equal(answer.code, 200);
      t.match(answer.body, /content-type: audio\/(x-)?wav/i);
      const queues = box.curl(':8000/coocenter-api/queues/queue-info', ...auth);
      t.match(json(queues.body), { status: 'success', data: { 630: [] } });
    });

    await t.test('users: made by the command, for the group of the daemon only, out when they change', async (t) => {
      const said = box.must('coocenter-api', 'user', 'add', 'anna', '--extension', '801');
      const [, password = ''] = /^((?:[a-z2-9]{4}-){3}[a-z2-9]{4})\n/.exec(said) ?? [];
      box.must('systemctl', 'reload', 'coocenter-api');
      await eventually('she signs in', () => signIn('anna', password).code === 200);
      token = String(json(signIn('anna', password).body)['token']);
      t.match(whoIs(token), { code: 200, body: '"name":"anna","role":"agent","extension":"801"' });
      t.equal(box.must('stat', '-c', '%a %U %G', users), '640 root coocenter-api\n');
      t.equal(box.must('stat', '-c', '%a %U %G', '/etc/api.conf.d'), '750 root coocenter-api\n');
      t.equal(box.must('stat', '-c', '%a %U', '/var/lib/coocenter-api/session.key'), '600 coocenter-api\n');
      t.equal(box.must('find', ...secret, '-perm', '/o=rwx'), '', 'nothing is for everybody');
      t.match(box.run('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'cat', users), { status: 1 });
      const daemon = ['setpriv', '--reuid=coocenter-api', '--regid=coocenter-api', '--init-groups'];
      t.match(box.run(...daemon, 'cat', users), { status: 0 });
      t.not(box.run(...daemon, 'sh', '-c', `echo >>${users}`).status, 0, 'the daemon only reads it');
      t.match(box.run(...daemon, 'coocenter-api', 'user', 'remove', 'anna'), { status: 1, said: users });
      box.must('sh', '-c', "echo 'correct horse battery' | coocenter-api user passwd anna --stdin");
      box.must('systemctl', 'reload', 'coocenter-api');
      await eventually('her session ends', () => whoIs(token).code === 401);
      t.equal(signIn('anna', password).code, 401);
      token = String(json(signIn('anna', 'correct horse battery').body)['token']);
      t.match(box.must('coocenter-api', 'user', 'list'), /^anna +agent +801\n$/);
      const refused = box.run('coocenter-api', 'user', 'add', 'a b', '--extension', '802');
      t.match(refused, { status: 2, said: 'the name must be 1 to 40 of' });
      t.match(box.run('coocenter-api', 'user', 'add', 'carl', '--role', 'boss'), {
        status: 2,
        said: /--role is one of/,
      });
      box.must('coocenter-api', 'user', 'add', 'carl', '--role', 'admin');
      box.must('coocenter-api', 'user', 'remove', 'carl');
      t.match(whoIs(token), { code: 200 });
    });

    await t.test('commands ask the daemon by its socket, which is for its user and group', (t) => {
      t.equal(box.must('stat', '-c', '%a %U %G', '/run/coocenter-api'), '750 coocenter-api coocenter-api\n');
      t.equal(box.must('stat', '-c', '%a %U %G', '/run/coocenter-api/api.sock'), '660 coocenter-api coocenter-api\n');
      t.match(box.must('coocenter-api', 'status'), /^ok {4}Asterisk: connected since/m);
      t.match(box.must('coocenter-api', 'records', '--event', 'cdr'), /"802"/);
      t.end();
    });

    await t.test("Asterisk's own logs can be read from within the sandbox", (t) => {
      const user = ['setpriv', '--reuid=coocenter-api', '--regid=coocenter-api', '--init-groups', '--no-new-privs'];
      const read = (file: string): string => box.must('nsenter', '-t', pid(), '-m', ...user, 'cat', file);
      t.match(read('/var/log/asterisk/cdr-csv/Master.csv'), '802');
      t.match(read('/var/log/asterisk/queue_log'), 'QUEUESTART');
      const write = box.run(
        'nsenter',
        '-t',
        pid(),
        '-m',
        ...user,
        'touch',
        '/var/lib/coocenter-api/x',
        '/tmp/x',
        '/run/x',
      );
      t.match(write, { status: 1, said: /^touch: cannot touch '\/run\/x'[^\n]*\n$/ });
      box.must('rm', '/var/lib/coocenter-api/x');
      t.end();
    });

    await t.test('kill -9: it is back, and nothing is lost or sent twice', async (t) => {
      await outside.down();
      outside.pushes.length = 0;
      await phones(box, 'call').done;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const before = pid();
      box.must('sh', '-c', `kill -9 ${before}`);
      await eventually('another is there', () => pid() !== before && pid() !== '0' && ready() === 200);
      await outside.up();
      const cdr = await outside.waitFor('cdr', { source: '801' });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      t.equal(
        outside.pushes.filter(({ uniqueid, event }) => event === 'cdr' && uniqueid === cdr['uniqueid']).length,
        1,
      );
      t.equal(box.unit('NRestarts'), '1');
    });

    await t.test('an event loop that is stuck: the watchdog starts it anew', async (t) => {
      box.must('mkdir', '-p', '/etc/systemd/system/coocenter-api.service.d');
      box.write('etc/systemd/system/coocenter-api.service.d/test.conf', '[Service]\nWatchdogSec=2\n');
      box.must('systemctl', 'daemon-reload');
      box.must('systemctl', 'restart', 'coocenter-api');
      const before = pid();
      // Reading a file is one step of the event loop; that of a pipe nobody writes to has no end.
      box.must('mkfifo', '-m', '644', '/etc/api.conf.d/stuck.conf');
      box.must('systemctl', 'reload', 'coocenter-api');
      await eventually('it is stuck', () => box.curl(':8000/health', '-m', '1').code === 0);
      box.must('rm', '/etc/api.conf.d/stuck.conf');
      await eventually('another is there', () => pid() !== before && pid() !== '0' && ready() === 200);
      t.match(box.must('journalctl', '-q', '-u', 'coocenter-api', '-n', '50'), /Watchdog timeout \(limit 2s\)/);
      box.must('rm', '-r', '/etc/systemd/system/coocenter-api.service.d');
      box.must('systemctl', 'daemon-reload');
    });

    await t.test('stop: a request that runs is answered, within 5 seconds', async (t) => {
      const { begun, done } = phones(box, 'answer');
      await begun;
      const path = ':8000/coocenter-api/extensions/click-number';
      let said = '';
      const click = box.spawn(
        'outside',
        ['curl', '-s', ...auth, '-d', 'src=801&dst=802&wait=1', `http://192.168.12.183${path}`],
        (text) => (said += text),
      );
      await eventually('the phone rings', () =>
        box.must('asterisk', '-rx', 'core show channels concise').includes('801'),
      );
      const started = Date.now();
      box.must('systemctl', 'stop', 'coocenter-api');
      t.comment(`stopped after ${Date.now() - started} ms`);
      await eventually('curl ends', () => click.exitCode !== null);
      t.match(json(said), { status: 'success' });
      t.equal(box.unit('Result'), 'success');
      box.run('asterisk', '-rx', 'channel request hangup all');
      await done;
      box.must('systemctl', 'start', 'coocenter-api');
      await eventually('it is connected', () => ready() === 200);
    });

    await t.test('upgrade: settings, account and what is not delivered yet stay', async (t) => {
      await outside.down();
      outside.pushes.length = 0;
      const kept = [
        'etc/api.conf',
        'etc/api.conf.d/ami.conf',
        'etc/api.conf.d/users.conf',
        'etc/asterisk/manager.d/coocenter-api.conf',
      ];
      const before = kept.map((file) => box.read(file));
      await phones(box, 'call').done;
      await new Promise((resolve) => setTimeout(resolve, 500));
      cpSync(await nextDeb(t.testdir()), join(box.root, 'root/next.deb'));
      const old = pid();
      box.install('/root/next.deb');
      t.not(pid(), old, 'the new one runs');
      t.match(box.must('dpkg-query', '-W', 'coocenter-api'), /\+next$/m);
      t.strictSame(
        kept.map((file) => box.read(file)),
        before,
      );
      t.equal(box.must('stat', '-c', '%a %U %G', '/etc/api.conf'), '640 root coocenter-api\n');
      t.equal(box.must('stat', '-c', '%a %U %G', users), '640 root coocenter-api\n');
      await outside.up();
      await outside.waitFor('cdr', { source: '801' });
      await eventually('it is connected', () => ready() === 200);
      t.match(whoIs(token), { code: 200 }, 'who was signed in still is');
    });

    await t.test('logcheck has nothing to report of what is usual', (t) => {
      const rules = '/etc/logcheck/ignore.d.server/coocenter-api';
      const usual = `journalctl -q -u coocenter-api -p info..info | grep -F ' coocenter-api['`;
      t.match(box.must('sh', '-c', usual), 'listens on 0.0.0.0 port 8000');
      t.equal(box.run('sh', '-c', `${usual} | grep -Evf ${rules}`).said, '');
      t.end();
    });

    await t.test('remove keeps what is of the box, installing again goes on with it', async (t) => {
      box.must('apt-get', 'remove', '-y', 'coocenter-api');
      t.notOk(box.has('usr/sbin/coocenter-api'));
      for (const kept of [
        'etc/api.conf',
        'etc/api.conf.d/ami.conf',
        'etc/api.conf.d/users.conf',
        'var/lib/coocenter-api/records.db',
      ])
        t.ok(box.has(kept), kept);
      box.install('/root/coocenter-api.deb');
      await eventually('it is connected', () => ready() === 200);
      t.match(box.read('etc/api.conf'), outside.url);
      t.match(whoIs(token), { code: 200 });
    });

    await t.test('purge: nothing of ours is left, all of others is', (t) => {
      const conffile = box.must('dpkg-query', '-W', '-f', '${Conffiles}', 'asterisk-config');
      box.must('apt-get', 'purge', '-y', 'coocenter-api');
      // The administrator copied the kit.
      t.strictSame(
        ours(box).filter((path) => !/^\/etc\/asterisk\/\w+-coocenter\.conf$/.test(path)),
        [],
      );
      t.notOk(box.has('var/lib/coocenter-api'));
      for (const name of ['manager.conf', 'cdr_manager.conf']) {
        const sum = execFileSync('md5sum', [join(box.root, 'etc/asterisk', name)], { encoding: 'utf8' }).slice(0, 32);
        t.match(conffile, ` /etc/asterisk/${name} ${sum}`, `${name} is as it was`);
      }
      t.match(box.must('asterisk', '-rx', 'manager show users'), 'There are no manager users');
      t.equal(box.run('getent', 'passwd', 'coocenter-api').said, '');
      t.equal(box.run('getent', 'group', 'coocenter-api').said, '');
      t.equal(box.run('systemctl', 'is-active', 'asterisk').said, 'active\n');
      t.end();
    });
  },
);
