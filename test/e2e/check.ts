import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { check } from '../../src/cli/check.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { FakeIo } from '../cli/fake-io.ts';
import { Asterisk } from '../lab/asterisk.ts';
import { accounts } from '../lab/conf.ts';
import { freeTcpPort } from '../lab/ports.ts';
import { Receiver, receiverHost } from '../lab/receiver.ts';
import type { Setup } from '../lab/setup.ts';

type Layer = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `coocenter-api check` on one real Asterisk, with one thing broken after the other. */
export async function testCheck(setup: Setup): Promise<void> {
  const asterisk = new Asterisk(setup);
  const receiver = await new Receiver().start();
  t.teardown(() => Promise.all([asterisk.dispose(), receiver.stop()]));
  await asterisk.start();
  const file = (name: string): string => join(asterisk.dir, 'etc', name);
  const data = t.testdir({});

  /** Runs it with keys of api.conf in place of those that are right. */
  const run = async (changed: Layer = {}): Promise<{ code: number; lines: string[]; text: string }> => {
    const right: Layer = {
      general: { WEBKEY: 'k', URL: receiver.url, monitor_dir: asterisk.monitorDir, data_dir: data },
      ami: { port: String(asterisk.amiPort), username: accounts.daemon.username, secret: accounts.daemon.secret },
      dialplan: { internal: 'internal', ivr: 'ivr-*', feedback: 'feedback' },
      ivr: { '610': 'working time' },
    };
    const sections = Object.keys(right).map((name) => {
      const keys = Object.entries({ ...right[name], ...changed[name] }).map(([key, value]) => `${key} = ${value}`);
      return `[${name}]\n${keys.join('\n')}\n`;
    });
    const io = new FakeIo();
    const code = await check({ ...parseConfig(sections.join(''), file('api.conf')), options: {}, words: [], io });
    t.equal(io.stderr, '');
    return { code, lines: io.stdout.split('\n'), text: io.stdout };
  };

  /** Something is said, with the line that mends it below. */
  const says = (t: Test, { lines, text }: { lines: string[]; text: string }, what: RegExp, mend: RegExp): void => {
    const at = lines.findIndex((line) => what.test(line));
    if (!t.ok(at >= 0, String(what))) t.comment(text);
    t.match(lines[at + 1], mend);
  };

  /** With one of Asterisk's own files otherwise. */
  const changing = async (name: string, change: (text: string) => string, work: () => Promise<void>): Promise<void> => {
    const before = readFileSync(file(name), 'utf8');
    writeFileSync(file(name), change(before));
    await asterisk.cli('manager reload');
    try {
      await work();
    } finally {
      writeFileSync(file(name), before);
      await asterisk.cli('manager reload');
    }
  };
  const withManager = (lines: string, work: () => Promise<void>): Promise<void> =>
    changing('manager.conf', (text) => `${text}\n[${accounts.daemon.username}](+)\n${lines}\n`, work);

  await t.test('a box that is well: nothing fails, exit code 0', async (t) => {
    const found = await run();
    t.equal(found.code, 0, found.text);
    t.notMatch(found.text, /^fail/m);
    for (const line of [
      /^ok {4}AMI: logged in at 127\.0\.0\.1:\d+ as coocenter-api$/m,
      /^ok {4}rights to write: system,call,agent,originate,reporting$/m,
      /^ok {4}rights to read: system,call,agent,cdr,dialplan,dtmf$/m,
      /^ok {4}timestampevents is on$/m,
      setup === '22-pjsip' ? /^ok {4}Asterisk 22/m : /^ok {4}Asterisk 16/m,
      /^ok {4}cdr_manager is enabled$/m,
      /^ok {4}\[dialplan\] internal: internal$/m,
      /^ok {4}\[ivr\]: all 1 menus are there$/m,
      /^ok {4}recordings in /m,
      /^ok {4}records in /m,
      /^ok {4}clock: /m,
      /^ok {4}receiver URL: http:\/\/127/m,
    ]) {
      t.match(found.text, line);
    }
    says(t, found, /^warn {2}hints: none for 803: /, new RegExp(`exten => 803,hint,${asterisk.tech}/803`));
  });

  await t.test('no login: wrong secret, nobody there, something else there', async (t) => {
    const wrong = await run({ ami: { secret: 'guess' } });
    t.equal(wrong.code, 1);
    says(
      t,
      wrong,
      /^fail {2}AMI: Asterisk refuses the user coocenter-api: Authentication failed/,
      /\[ami\] secret in api.conf/,
    );
    t.notMatch(wrong.text, 'guess');
    says(t, await run({ ami: { secret: '' } }), /^fail {2}AMI: Asterisk refuses/, /\[ami\] secret is empty/);
    const none = await run({ ami: { port: String(await freeTcpPort()) } });
    t.equal(none.code, 1);
    says(t, none, /^fail {2}AMI: .*ECONNREFUSED/, /is Asterisk running\?/);
    const other = { host: receiverHost, port: String(receiver.port) };
    says(t, await run({ ami: other }), /^fail {2}AMI: /, /is no manager interface|running/);
  });

  await t.test('rights: what is missing, and what is too much', async (t) => {
    await withManager('read = system,call\nwrite = system,call,command', async () => {
      const found = await run();
      t.equal(found.code, 1);
      says(
        t,
        found,
        /^fail {2}rights to write: agent,originate missing$/,
        /write = system,call,agent,originate,reporting; then/,
      );
      says(t, found, /^warn {2}rights to write: command/, /write = system,call,agent,originate,reporting; then/);
      says(
        t,
        found,
        /^fail {2}rights to read: agent,cdr,dialplan,dtmf missing$/,
        /read = system,call,agent,cdr,dialplan/,
      );
    });
    await withManager('read = system,call,agent,cdr,dialplan,dtmf\nwrite = system,call,agent,originate', async () => {
      const found = await run();
      t.equal(found.code, 0, 'as accounts were made before conferences could be listed');
      says(t, found, /^warn {2}rights to write: reporting missing: conferences cannot be listed$/, /,reporting; then/);
    });
    await withManager('read = call', async () => {
      says(t, await run(), /^fail {2}AMI: no FullyBooted/, /must have system/);
    });
    await withManager('write = agent', async () => {
      const found = await run();
      says(t, found, /^fail {2}rights to write: system,call,originate missing$/, /write = /);
      says(t, found, /^warn {2}rights to read: not told$/, /read = /);
      says(t, found, /^warn {2}dialplan: not told$/, /func_dialplan/);
    });
  });

  await t.test('what Asterisk does not tell: cdr_manager off, timestampevents off', async (t) => {
    await changing(
      'cdr_manager.conf',
      () => '[general]\nenabled = no\n',
      async () => {
        const found = await run();
        t.equal(found.code, 1);
        says(
          t,
          found,
          /^fail {2}cdr_manager is not enabled/,
          /enabled = yes; then: asterisk -rx "module reload cdr_man/,
        );
      },
    );
    await changing(
      'manager.conf',
      (text) => `${text}\n[general](+)\ntimestampevents = no\n`,
      async () => {
        const found = await run();
        t.equal(found.code, 0, 'that is no failure');
        says(t, found, /^warn {2}timestampevents is off/, /timestampevents = yes/);
      },
    );
  });

  await t.test('contexts that the dialplan does not have', async (t) => {
    const found = await run({
      dialplan: { internal: 'internal, desks', ivr: 'menu', click: 'nowhere' },
      ivr: { '999': 'x' },
    });
    t.equal(found.code, 1);
    says(t, found, /^fail {2}\[dialplan\] internal: Asterisk has no context desks$/, /dialplan show/);
    says(t, found, /^fail {2}\[dialplan\] ivr: Asterisk has no context menu$/, /dialplan show/);
    says(t, found, /^fail {2}\[dialplan\] click: Asterisk has no context nowhere$/, /\[dialplan\] internal or click/);
    says(t, found, /^warn {2}\[ivr\] 999: Asterisk has no such menu$/, /one of 999/);
    const preset = await run({ dialplan: { internal: '', preset: 'freepbx' } });
    says(
      t,
      preset,
      /^fail {2}\[dialplan\] internal: Asterisk has no context from-internal|^fail {2}\[dialplan\] click: /,
      /\[dialplan\] internal/,
    );
  });

  await t.test('folders and receivers that are not there', async (t) => {
    await receiver.down();
    const found = await run({
      general: { monitor_dir: '/nowhere/monitor', data_dir: join(file('manager.conf'), 'data') },
    });
    await receiver.up();
    t.equal(found.code, 1);
    says(t, found, /^fail {2}recordings in \/nowhere\/monitor: no such folder$/, /monitor_dir/);
    says(t, found, /^fail {2}records in .*: cannot be written \(ENOTDIR/, /data_dir/);
    says(t, found, /^fail {2}receiver URL: .*ECONNREFUSED/, /\[general\] URL/);
    says(t, await run({ general: { WEBKEY: '' } }), /^warn {2}no WEBKEY is set/, /WEBKEY in api.conf/);
  });
}
