import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { readRows } from '../faults/ledger.ts';
import type { Call } from '../lab/call.ts';
import { mac, tokenOf } from '../lab/daemon.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playCall } from '../lab/scenarios/internal-callee-hangs-up.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { compare } from '../oracle/compare.ts';
import { errorsIn } from '../oracle/errors.ts';
import { expected } from '../oracle/expected.ts';
import { compareLive } from './run-scenarios.ts';
import { asteriskRoutes, goodFields } from './table.ts';

type Outage = Lab & { readonly proxy: AmiProxy; readonly setup: Setup };

/** Long enough for one push too many to come. */
const aWhile = (): Promise<unknown> => sleep(300);

/** 800 calls 801, whose phone rings. */
async function ring(lab: Outage): Promise<{ call: Call; answer: Call }> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await call.ringing();
  return { call, answer };
}

/** 800 and 801 talk, and the receiver knows it. */
async function talk(lab: Outage): Promise<{ call: Call; answer: Call }> {
  await aWhile();
  lab.receiver.clear();
  const both = await ring(lab);
  await both.answer.answer();
  await both.call.answered();
  await lab.receiver.waitForEvent('dialbegein');
  await lab.receiver.waitForEvent('extensionstatus', { exten: '801', status: '1' });
  return both;
}

const count = ({ receiver }: Lab, event: string): number => receiver.events(event).length;

/** Each row that Asterisk has written so far has come: of calls that nobody saw end, a second after the return. */
async function allRowsCame({ daemon, asterisk }: Lab): Promise<void> {
  const rows = readRows(asterisk.rowsFile).length;
  await eventually('a cdr for each row', async () => {
    const { json } = await daemon.api('GET', 'deliveries?state=delivered&event=cdr&limit=1000');
    return (json as { data: { deliveries: unknown[] } }).data.deliveries.length === rows;
  });
}

/** GET /ready until it says no; its answer. */
async function notReady({ daemon }: Lab): Promise<Response> {
  return eventually('GET /ready answers 503', async () => {
    const answer = await fetch(`http://127.0.0.1:${daemon.port}/ready`);
    return answer.status === 503 ? answer : undefined;
  });
}

/** What the API says while Asterisk is away. */
async function checkAway(t: Test, lab: Outage): Promise<void> {
  const { daemon } = lab;
  const ready = await notReady(lab);
  t.match(await ready.text(), /no connection to Asterisk/, 'GET /ready says why');
  t.match(ready.headers.get('retry-after'), /^[1-9]\d*$/, 'GET /ready says when to ask again');
  const origin = `http://127.0.0.1:${daemon.port}`;
  t.equal((await fetch(`${origin}/health`)).status, 200, 'GET /health: the daemon lives');
  for (const row of asteriskRoutes) {
    const { method, path } = row;
    const fields = new URLSearchParams(goodFields(row));
    const answer = await fetch(method === 'GET' ? `${origin}${path}?${fields.toString()}` : `${origin}${path}`, {
      method,
      headers: { authorization: tokenOf() },
      ...(method === 'GET' ? {} : { body: fields }),
    });
    t.match(
      { status: answer.status, retryAfter: answer.headers.get('retry-after'), json: await answer.json() },
      {
        status: 503,
        retryAfter: /^[1-9]\d*$/,
        json: { status: 'error', message: 'there is no connection to Asterisk' },
      },
      `${method} ${path}: 503 with Retry-After (contract §4)`,
    );
  }
  const recording = await daemon.api('GET', 'monitor/kept.wav');
  t.match(recording, { status: 200, text: 'a recording' }, 'contract §4.14: recordings are served all the same');
}

/** A new call is told in full, and the live state is Asterisk's. */
async function checkBack(t: Test, lab: Outage): Promise<void> {
  const { receiver, ami, setup } = lab;
  await compareLive(t, lab.daemon, ami);
  await allRowsCame(lab);
  await aWhile();
  receiver.clear();
  const from = ami.events.length;
  await playCall(lab);
  const calls = expected['internal-callee-hangs-up']?.(setup) ?? [];
  await eventually('every push of the new call', () => count(lab, 'cdr') === 1 && count(lab, 'hangup') === 2).catch(
    () => undefined,
  );
  await aWhile();
  const bodies = receiver.pushes.map(({ json }) => json);
  compare(t, setup, calls, bodies, { events: ami.events.slice(from) }, mac);
  await compareLive(t, lab.daemon, ami);
}

/** Asterisk goes away in the middle of a call and comes back without it. */
async function restartInCall(t: Test, lab: Outage, end: () => Promise<void>): Promise<void> {
  const { asterisk, daemon, receiver, ami } = lab;
  const { pid } = daemon;
  const both = await talk(lab);
  const begin = receiver.events('dialbegein').at(-1);
  receiver.clear();
  await end();
  for (const call of Object.values(both)) call.finish({ by: 'them', status: 0, reason: 'Asterisk is gone' });
  await checkAway(t, lab);
  await asterisk.resume();
  await ami.start();
  for (const exten of ['800', '801', '802']) await (await lab.phone(exten)).register();
  await daemon.ready();
  t.equal(daemon.pid, pid, 'the daemon is the same');
  await receiver.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await aWhile();
  const ends = receiver.events('dialend');
  t.equal(ends.length, 1, 'contract §3.2: the vanished leg is ended once');
  t.match(ends[0], { uniqueid: begin?.['uniqueid'], destchannel: begin?.['destchannel'], dialstatus: 'hangup' });
  t.match(
    receiver.events('hangup'),
    [1, 2].map(() => ({ calleridnum: '800', connectedlinenum: '801', uniqueid: begin?.['uniqueid'] })),
    'contract §3.3: one hangup for each of its channels',
  );
  t.equal(count(lab, 'dialbegein'), 0, 'nothing rings');
  const { json } = await daemon.api('GET', 'queues/queue-info');
  const name = `${asterisk.tech.toLowerCase()}/800`;
  t.match(json, { data: { 630: [{ name }] } }, 'contract §4.4: who had logged in is still a member');
  await checkBack(t, lab);
}

/** The AMI connection is lost while a phone rings; the call goes on and is answered meanwhile. */
async function cutWhileRinging(t: Test, lab: Outage): Promise<void> {
  const { proxy, daemon, receiver } = lab;
  receiver.clear();
  const { call, answer } = await ring(lab);
  await receiver.waitForEvent('dialbegein');
  await proxy.cut();
  await notReady(lab);
  await answer.answer();
  await call.answered();
  await proxy.mend();
  await daemon.ready();
  await compareLive(t, daemon, lab.ami);
  t.equal(count(lab, 'dialend'), 0, 'they talk');
  await answer.hangUp();
  await receiver.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await receiver.waitForEvent('cdr');
  await aWhile();
  t.equal(count(lab, 'dialbegein'), 1, 'contract §3.1: one dialbegein');
  t.match(receiver.events('dialend'), [{ dialstatus: 'hangup' }], 'contract §3.2: one dialend, of an answered leg');
  t.match(
    receiver.events('hangup'),
    [1, 2].map(() => ({ calleridnum: '800', connectedlinenum: '801' })),
    'contract §3.3: one hangup for each channel',
  );
  t.match(receiver.events('cdr'), [{ disposition: 'ANSWERED', source: '800', destination: '801' }], 'contract §3.6');
  await compareLive(t, daemon, lab.ami);
}

/** The call ends while the AMI connection is lost. */
async function cutWhileTalking(t: Test, lab: Outage): Promise<void> {
  const { proxy, daemon, receiver } = lab;
  const { call, answer } = await talk(lab);
  await proxy.cut();
  await notReady(lab);
  await answer.hangUp();
  await call.ended();
  t.equal(count(lab, 'dialend') + count(lab, 'hangup'), 0, 'nobody could tell');
  await proxy.mend();
  await daemon.ready();
  await receiver.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await aWhile();
  t.equal(count(lab, 'dialbegein'), 1);
  t.match(receiver.events('dialend'), [{ dialstatus: 'hangup' }], 'contract §3.2: one dialend');
  t.equal(count(lab, 'hangup'), 2, 'contract §3.3: one hangup for each channel');
  await compareLive(t, daemon, lab.ami);
}

/** The connection comes and goes while calls are made. */
async function cutOften(t: Test, lab: Outage): Promise<void> {
  const { proxy, daemon, receiver } = lab;
  receiver.clear();
  let cuts = 0;
  const rung = (): number => receiver.events('dialbegein').length;
  // On a busy machine the connection must come back often before a phone is seen to ring.
  const isOver = (): boolean => cuts >= 20 && (rung() > 2 || cuts >= 60);
  const cutting = async (): Promise<void> => {
    for (; !isOver(); cuts++) {
      await proxy.cut();
      // Spread over every moment of a call and of a connection, the same way each time.
      await sleep((cuts * 37) % 60);
      await proxy.mend();
      await sleep(200 + ((cuts * 71) % 300) + (cuts < 20 ? 0 : 2_000));
    }
  };
  const cut = cutting();
  let calls = 0;
  while (!isOver()) {
    const { call, answer } = await ring(lab);
    await sleep(150);
    await answer.answer();
    await sleep(250);
    await call.hangUp();
    await answer.ended();
    calls++;
  }
  await cut;
  await daemon.ready();
  await aWhile();
  const keyOf = (body: Readonly<Record<string, unknown>>): string =>
    JSON.stringify([body['uniqueid'], body['destchannel']]);
  const begins = receiver.events('dialbegein').map(keyOf);
  const ends = (): string[] => receiver.events('dialend').map(keyOf);
  t.comment(`${calls} calls, ${begins.length} dialbegein, ${ends().length} dialend, ${count(lab, 'hangup')} hangup`);
  t.ok(begins.length > 2, 'some calls were seen to ring');
  t.equal(new Set(begins).size, begins.length, 'contract §3.1: no leg begins twice');
  t.same(ends().sort(), begins.sort(), 'contract §3.2: exactly one dialend for every dialbegein');
  t.equal(new Set(ends()).size, ends().length, 'contract §3.2: no leg ends twice');
  await compareLive(t, daemon, lab.ami);
}

/** Somebody waits for an answer that Asterisk can give no more. */
async function cutWhileWaiting(t: Test, lab: Outage): Promise<void> {
  const { proxy, daemon } = lab;
  const phone = await lab.phone('801');
  const answer = daemon.api('POST', 'extensions/click-number', { src: '801', dst: '800', wait: '1', ringSec: '30' });
  const rung = await phone.incoming();
  await proxy.cut();
  t.match(
    await answer,
    { status: 503, json: { status: 'error', message: /connection to Asterisk was lost/ } },
    'contract §4.8: wait=1 is answered when the connection is lost',
  );
  await proxy.mend();
  await daemon.ready();
  rung.reject();
  await eventually('the call is over', async () => {
    const { items } = await lab.ami.action('CoreShowChannels');
    return items.length === 0;
  });
  await aWhile();
  await compareLive(t, daemon, lab.ami);
}

/** What changed of the phones meanwhile is told, and nothing else. */
async function hintsWhileAway(t: Test, lab: Outage): Promise<void> {
  const { proxy, daemon, receiver, ami } = lab;
  const phone = await lab.phone('802');
  const statusOf = async (exten: string): Promise<string | undefined> => {
    const { items } = await ami.action('ExtensionStateList');
    return items.find((item) => item['Exten'] === exten)?.['Status'];
  };
  await allRowsCame(lab);
  await aWhile();
  receiver.clear();
  await proxy.cut();
  await phone.unregister();
  await eventually('802 is unavailable', async () => (await statusOf('802')) === '4');
  await proxy.mend();
  await daemon.ready();
  await receiver.waitForEvent('extensionstatus', { exten: '802' });
  await aWhile();
  t.same(
    receiver.pushes.map(({ json }) => json),
    [{ event: 'extensionstatus', exten: '802', status: '4', statustext: 'Unavailable', mac }],
    'contract §3.4: exactly the difference is pushed',
  );
  await phone.register();
  await receiver.waitForEvent('extensionstatus', { exten: '802', status: '0' });
  await compareLive(t, daemon, ami);
}

/** A new extension and a new queue appear without a restart of anything. */
async function reloaded(t: Test, lab: Outage): Promise<void> {
  const { asterisk, daemon, setup } = lab;
  const tech = techOf(setup);
  const append = (file: string, lines: readonly string[]): void => {
    appendFileSync(join(asterisk.dir, 'etc', file), `${lines.join('\n')}\n`);
  };
  append('extensions.conf', ['[hints](+)', `exten => 807,hint,${tech}/807`]);
  append('queues.conf', ['[639](base)']);
  if (tech === 'SIP') append('sip.conf', ['[807](phone)', 'secret = pw807']);
  else {
    append('pjsip.conf', ['[807](phone)', 'auth = 807', 'aors = 807']);
    append('pjsip.conf', ['[807]', 'type = auth', 'auth_type = userpass', 'username = 807', 'password = pw807']);
    append('pjsip.conf', ['[807]', 'type = aor', 'max_contacts = 1']);
  }
  const shows = (what: string, path: string, text: RegExp): Promise<unknown> =>
    eventually(what, async () => text.test((await daemon.api('GET', path)).text));
  await asterisk.cli('core reload');
  await shows('§4.3 shows the new hint', 'extensions/extension-hints-status', /"extension":"807"/);
  await shows('§4.4 shows the new queue', 'queues/queue-info', /"639":\[\]/);
  await shows('§4.2 shows the new phone', 'extensions/extension-status', /"Exten":"807"/);
  append('extensions.conf', ['[hints](+)', `exten => 808,hint,${tech}/805`]);
  await asterisk.cli('dialplan reload');
  await shows('§4.3 shows the newer hint', 'extensions/extension-hints-status', /"extension":"808"/);
  await lab.operator.login('807', '639');
  const { json } = await daemon.api('GET', 'queues/queue-info');
  t.match(json, { data: { 639: [{ name: `${tech.toLowerCase()}/807` }] } }, 'the new extension can log in');
  await compareLive(t, daemon, lab.ami);
}

/** Asterisk and the connection to it go away in every way, on one set-up, with one and the same daemon. */
export function runOutages(setup: Setup): void {
  void t.test(setup, async (t) => {
    const proxy = new AmiProxy();
    const options = { proxy, ringSeconds: 20 };
    await withLab(
      t,
      setup,
      async (stage) => {
        const lab: Outage = { ...stage, proxy, setup };
        const { asterisk, daemon } = lab;
        mkdirSync(asterisk.monitorDir, { recursive: true });
        writeFileSync(join(asterisk.monitorDir, 'kept.wav'), 'a recording');
        for (const exten of ['800', '801', '802']) await lab.phone(exten);
        await lab.operator.login('800', '630');
        const { pid } = daemon;
        await t.test('the connection is cut while a phone rings', (t) => cutWhileRinging(t, lab));
        await t.test('the connection is cut while two talk', (t) => cutWhileTalking(t, lab));
        await t.test('the connection is cut while a request waits', (t) => cutWhileWaiting(t, lab));
        await t.test('a phone goes while the connection is cut', (t) => hintsWhileAway(t, lab));
        await t.test('the connection is cut 20 times during calls', (t) => cutOften(t, lab));
        await t.test('Asterisk is killed in a call', (t) => restartInCall(t, lab, () => asterisk.kill()));
        await t.test('Asterisk is stopped in a call', (t) => restartInCall(t, lab, () => asterisk.stop()));
        await t.test('Asterisk is reloaded', (t) => reloaded(t, lab));
        t.equal(daemon.pid, pid, 'one daemon through all of it');
        t.same(errorsIn(daemon.output), [], 'and no error in its log');
      },
      options,
    );
  });
}
