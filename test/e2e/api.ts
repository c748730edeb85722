import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import { did, directDid } from '../lab/dialplan.ts';
import { tokenOf, webkey } from '../lab/daemon.ts';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { curl } from './curl.ts';
import { Witness } from '../oracle/witness.ts';

/** The lab, and an AMI client of others that watches it. */
type Stage = Lab & { readonly witness: Witness; readonly setup: Setup };

const success = (message: string): unknown => ({ status: 200, json: { status: 'success', message } });
const error = (status: number, message: string): unknown => ({ status, json: { status: 'error', message } });

/** The next call that still goes on: those that were refused or gave up are not taken by anybody here. */
async function next(phone: Phone): Promise<Call> {
  for (;;) {
    const call = await phone.incoming();
    if (call.state !== 'ended') return call;
  }
}

/** 800 and 801 talk; both ends of the call. */
async function talking(lab: Stage, from = '800', to = '801'): Promise<readonly [Call, Call]> {
  const [caller, callee] = [await lab.phone(from), await lab.phone(to)];
  const call = await caller.call(to);
  const answer = await next(callee);
  await answer.answer();
  await call.answered();
  await eventually('both channels are up', async () => {
    const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
    const { data } = json as { data: { channelstatedesc: string; connectedlinenum: string }[] };
    return data.length >= 2 && data.every(({ channelstatedesc }) => channelstatedesc === 'Up');
  });
  return [call, answer];
}

/** Ends what a subtest left. */
async function quiet(lab: Stage, ...calls: readonly Call[]): Promise<void> {
  for (const call of calls) await call.hangUp();
  await eventually('no channel is left', async () => {
    const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
    return (json as { data: unknown[] }).data.length === 0;
  });
}

async function stateRequests(t: Test, lab: Stage): Promise<void> {
  const [call, answer] = await talking(lab);
  await lab.phone('804');
  const tech = techOf(lab.setup);
  await t.test('contract §4.1 current-calls', async (t) => {
    for (const method of ['POST', 'GET']) {
      const { json } = await curl(lab, method, 'extensions/current-calls');
      t.match(json, {
        status: 'success',
        message: 'Channels will follow',
        data: [
          {
            calleridname: 'Agent 800',
            calleridnum: '800',
            channel: new RegExp(`^${tech}/800-[0-9a-f]{8}$`),
            channelstate: '6',
            channelstatedesc: 'Up',
            connectedlinename: 'Agent 801',
            connectedlinenum: '801',
            duration: /^00:00:\d\d$/,
          },
          { calleridnum: '801', connectedlinenum: '800' },
        ],
      });
      const { data } = json as { data: Record<string, string>[] };
      t.equal(data.length, 2);
      t.same(
        Object.keys(data[0]!),
        ['calleridname', 'calleridnum', 'channel', 'channelstate', 'channelstatedesc'].concat([
          'connectedlinename',
          'connectedlinenum',
          'duration',
        ]),
      );
    }
  });
  await t.test('contract §4.2 extension-status', async (t) => {
    const answered = await eventually('804 was reached', async () => {
      const { json } = await curl(lab, 'GET', 'extensions/extension-status');
      const { data } = json as { data: Record<string, string>[] };
      return data.some(({ Exten, Status }) => Exten === '804' && Status?.startsWith('OK (') === true) ? json : false;
    });
    t.match(answered, { status: 'success', message: 'Peer status list will follow' });
    const { data } = answered as { data: Record<string, string>[] };
    t.same(
      data.map(({ Exten }) => Exten),
      ['800', '801', '802', '803', '804', '805'],
      'every phone, no trunk, and 806 that has no phone is not here',
    );
    t.same(data[0], { Exten: '800', Type: tech, IPAddr: '127.0.0.1', Status: 'OK' }, 'registered, not qualified');
    t.match(data[4], { Exten: '804', Type: tech, IPAddr: '127.0.0.1', Status: /^OK \(\d+ ms\)$/ }, 'qualified');
    t.same(data[5], { Exten: '805', Type: tech, IPAddr: '-none-', Status: 'UNKNOWN' }, 'not registered');
    t.match(await curl(lab, 'POST', 'extensions/extension-status'), { status: 200 });
  });
  await t.test('contract §4.3 extension-hints-status', async (t) => {
    for (const method of ['GET', 'POST']) {
      const { json } = await curl(lab, method, 'extensions/extension-hints-status');
      t.ok(Array.isArray(json), 'a bare array');
      const list = json as Record<string, string>[];
      t.same(list[0], { agentName: '800', extension: '800', extenType: 'analogCallCenter', status: '1' });
      t.same(list.find(({ extension }) => extension === '805')?.['status'], '4', 'unavailable');
      t.ok(
        list.some(({ extension }) => extension === '806'),
        'a hint without a phone',
      );
      t.notOk(
        list.some(({ extension }) => extension === '803'),
        'no hint, no agent',
      );
    }
  });
  await quiet(lab, call, answer);
}

async function queueRequests(t: Test, lab: Stage): Promise<void> {
  const { witness } = lab;
  const tech = techOf(lab.setup);
  const pause = (state: string, member = '803'): string => `queue=630&member=${member}&state=${state}`;
  await t.test('contract §4.6 agent-login', async (t) => {
    t.same(
      await curl(lab, 'POST', 'queues/agent-login', 'extension=803&queue=630'),
      success('login extension success'),
    );
    await witness.saw('QueueMemberAdded', { queue: '630', interface: `${tech}/803`, paused: '0' });
    t.same(
      await curl(lab, 'POST', 'queues/agent-login', 'extension=803&queue=630'),
      error(409, 'Unable to add interface: Already there'),
    );
    t.same(
      await curl(lab, 'POST', 'queues/agent-login', 'extension=803&queue=999'),
      error(404, 'Unable to add interface to queue: No such queue'),
    );
    t.same(
      await curl(lab, 'POST', 'queues/agent-login', 'extension=899&queue=630'),
      error(404, 'Extension does not exist.'),
      'Asterisk itself would add a member that never rings',
    );
    const { json } = await curl(lab, 'GET', 'extensions/extension-hints-status');
    t.ok(
      (json as Record<string, string>[]).some(({ extension }) => extension === '803'),
      'contract §4.3: an agent',
    );
  });
  await t.test('contract §4.5 agent-pause', async (t) => {
    t.same(await curl(lab, 'POST', 'queues/agent-pause', pause('on')), success('Interface paused successfully'));
    await witness.saw('QueueMemberPause', { queue: '630', interface: `${tech}/803`, paused: '1' });
    const info = await curl(lab, 'GET', 'queues/queue-info');
    t.match(info.json, { data: { 630: [{ name: `${tech.toLowerCase()}/803`, paused: '1', penalty: '0' }] } });
    t.same(
      await curl(lab, 'GET', `queues/agent-pause?${pause('off')}`),
      success('Interface unpaused successfully'),
      'GET too',
    );
    await witness.saw('QueueMemberPause', { queue: '630', interface: `${tech}/803`, paused: '0' });
    t.same(await curl(lab, 'POST', 'queues/agent-pause', pause('on', '805')), error(404, 'Interface not found'));
    t.same(await curl(lab, 'POST', 'queues/agent-pause', pause('on', '899')), error(404, 'Interface not found'));
  });
  await t.test('contract §4.4 queue-info', async (t) => {
    for (const method of ['GET', 'POST']) {
      t.same(await curl(lab, method, 'queues/queue-info'), {
        status: 200,
        json: {
          status: 'success',
          message: 'Queue status will follow',
          data: {
            ...Object.fromEntries(['631', '632', '633', '634', '635', '636'].map((empty) => [empty, []])),
            630: [{ name: `${tech.toLowerCase()}/803`, paused: '0', penalty: '0' }],
          },
        },
      });
    }
  });
  await t.test('contract §4.7 agent-logout', async (t) => {
    const out = await curl(lab, 'POST', 'queues/agent-logout', 'extension=803&queue=630');
    t.same(out, success('logout extension success'));
    await witness.saw('QueueMemberRemoved', { queue: '630', interface: `${tech}/803` });
    t.same(
      await curl(lab, 'POST', 'queues/agent-logout', 'extension=803&queue=630'),
      error(404, 'Unable to remove interface: Not there'),
    );
    const info = await curl(lab, 'GET', 'queues/queue-info');
    t.match(info.json, { data: { 630: [] } });
  });
}

async function clickRequests(t: Test, lab: Stage): Promise<void> {
  const { witness } = lab;
  const queued = { status: 'success', message: 'Originate successfully queued' };
  const click = 'extensions/click-number';
  const src = await lab.phone('800');
  const dst = await lab.phone('801');
  await t.test('contract §4.8 click-number', async (t) => {
    t.match(await curl(lab, 'POST', click, 'src=800&dst=801'), { status: 200, json: queued });
    const first = await next(src);
    t.equal(first.remoteNumber, '801', 'src’s phone shows dst');
    t.equal(dst.calls.length > 0 && dst.calls.at(-1)?.state !== 'ended', false, 'dst does not ring before src answers');
    await first.answer();
    const second = await next(dst);
    t.equal(second.remoteNumber, '800', 'dst’s phone shows src');
    await second.answer();
    await quiet(lab, first);
    t.same(await curl(lab, 'POST', click, 'src=899&dst=801'), error(404, 'Extension does not exist.'));
    t.same(await curl(lab, 'POST', click, 'src=800&dst=899'), error(404, 'Extension does not exist.'));
    t.same(
      await curl(lab, 'POST', click, 'src=800&dst=700'),
      error(404, 'Extension does not exist.'),
      'parking is in the context of the phones, not in that of the API',
    );
    t.equal(src.calls.at(-1), first, 'src’s phone did not ring for nothing');
  });
  await t.test('contract §4.8 click-number, wait=1: the reason', async (t) => {
    const picked = curl(lab, 'POST', click, 'src=800&dst=801&wait=1');
    const first = await next(src);
    await first.answer();
    const answered = await picked;
    t.match(answered, { status: 200, json: queued });
    const { uniqueid } = (answered.json as { data: { uniqueid: string } }).data;
    await witness.saw('Newchannel', { uniqueid, linkedid: uniqueid });
    await lab.receiver.waitForEvent('dialbegein', { uniqueid, destcalleridnum: '800' });
    await quiet(lab, first);
    src.behaviour = 486;
    t.same(await curl(lab, 'POST', click, 'src=800&dst=801&wait=1'), error(409, 'extension 800 did not answer: busy'));
    src.behaviour = 'ring';
    t.same(
      await curl(lab, 'POST', click, 'src=800&dst=801&wait=1&ringSec=1'),
      error(409, 'extension 800 did not answer: noanswer'),
    );
    t.same(
      await curl(lab, 'POST', click, 'src=805&dst=801&wait=1'),
      error(409, 'extension 805 did not answer: chanunavail'),
    );
  });
  await t.test('contract §4.8 click-number, limitSec', async (t) => {
    t.match(await curl(lab, 'POST', click, 'src=800&dst=90299998888&limitSec=1'), { status: 200, json: queued });
    const first = await next(src);
    await first.answer();
    const far = await next(lab.provider);
    t.equal(far.remoteNumber, '800');
    const { items } = await lab.ami.action('Status');
    // An epoch, whatever its name says.
    const end = Number(items.find(({ CallerIDNum }) => CallerIDNum === '800')?.['TimeToHangup']);
    const bound = Math.round(end - Date.now() / 1000);
    t.ok(bound > 60 && bound <= 121, `Asterisk itself ends the call, should the daemon be away (in ${bound} s)`);
    await far.answer();
    t.equal((await first.ended()).by, 'them', 'Asterisk ended the talk');
    await quiet(lab);
  });
}

async function callRequests(t: Test, lab: Stage): Promise<void> {
  const { witness } = lab;
  const tech = techOf(lab.setup);
  await t.test('contract §4.9 hangup', async (t) => {
    const [call, answer] = await talking(lab);
    await answer.hold();
    const second = await (await lab.phone('802')).call('801');
    await second.ringing();
    const from = witness.events.length;
    t.same(await curl(lab, 'POST', 'extensions/hangup', 'extension=801'), success('hangup extension success'));
    await answer.ended();
    await call.ended();
    t.not((await second.ended()).status, 200, 'the call that only rang is over too');
    for (const exten of ['800', '801', '802']) {
      const gone = await witness.saw('Hangup', { calleridnum: exten }, from);
      t.match(gone['channel'], new RegExp(`^${tech}/${exten}-`), 'asterisk-manager saw the channel go');
    }
    await quiet(lab);
    t.same(await curl(lab, 'POST', 'extensions/hangup', 'extension=801'), error(409, 'extension 801 has no call'));
    t.same(await curl(lab, 'POST', 'extensions/hangup', 'extension=899'), error(404, 'Extension does not exist.'));
  });
  await t.test('contract §4.10 transfer', async (t) => {
    for (const [src, left] of [
      ['800', '801'],
      ['801', '800'],
    ] as const) {
      const dst = await lab.phone('802');
      const [call, answer] = await talking(lab);
      const [gone, party] = src === '800' ? [call, answer] : [answer, call];
      t.same(
        await curl(lab, 'POST', 'extensions/transfer', `dst=899&src=${src}`),
        error(404, 'Extension does not exist.'),
      );
      t.same([call.state, answer.state], ['up', 'up'], 'and the call stays up');
      t.same(
        await curl(lab, 'POST', 'extensions/transfer', `dst=802&src=${src}`),
        success('tansfer extension success'),
      );
      const third = await next(dst);
      t.equal(third.remoteNumber, left, 'the party that src talked to is handed to dst');
      await third.answer();
      await gone.ended();
      await quiet(lab, party);
    }
    t.same(
      await curl(lab, 'POST', 'extensions/transfer', 'dst=802&src=800'),
      error(409, 'extension 800 has no call to transfer'),
    );
    t.same(await curl(lab, 'POST', 'extensions/transfer', 'dst=802&src=899'), error(404, 'Extension does not exist.'));
  });
  const path = 'extensions/extenSpy';
  await t.test('contract §4.11 extenSpy', async (t) => {
    const [call, answer] = await talking(lab);
    const listener = await lab.phone('804');
    const from = witness.events.length;
    t.same(await curl(lab, 'POST', path, 'dst=801&src=804'), success('spy extension success'));
    const spy = await next(listener);
    t.equal(spy.remoteNumber, '801', 'the supervisor’s phone shows whom they will hear');
    await spy.answer();
    const started = await witness.saw('ChanSpyStart', {}, from);
    t.match(started['spyeechannel'], new RegExp(`^${tech}/801-`));
    t.match(started['spyerchannel'], new RegExp(`^${tech}/804-`));
    const { items } = await lab.ami.action('CoreShowChannels');
    const own = items.find(({ Application }) => Application === 'ChanSpy');
    t.equal(own?.['ApplicationData'], `${started['spyeechannel'] ?? ''},qE`, 'that channel and no other');
    await call.hangUp();
    await answer.ended();
    t.equal((await spy.ended()).by, 'them', 'the supervisor’s phone is free when the call is over');
    await quiet(lab);
    t.same(await curl(lab, 'POST', path, 'dst=801&src=804'), error(409, 'extension 801 has no call to listen to'));
    t.same(await curl(lab, 'POST', path, 'dst=899&src=804'), error(404, 'Extension does not exist.'));
  });
  await t.test('of a supervisor’s phone nothing but its row and its state is pushed', (t) => {
    const told = lab.receiver.pushes.map(({ json }) => json);
    t.notOk(told.some(({ event, destcalleridnum }) => event === 'dialbegein' && destcalleridnum === '804'));
    t.end();
  });
}

async function blacklistRequests(t: Test, lab: Stage): Promise<void> {
  await t.test('contract §4.12, §4.13 blacklist', async (t) => {
    t.same(await curl(lab, 'GET', 'blacklist/index'), { status: 200, json: { status: 'success', data: [] } });
    for (const number of ['123456', '%2B34600000666']) {
      t.same(await curl(lab, 'POST', 'blacklist/create', `number=${number}`), success('Updated database successfully'));
    }
    t.same(await curl(lab, 'GET', 'blacklist/index'), {
      status: 200,
      json: { status: 'success', data: ['+34600000666', '123456'] },
    });
    t.match(await lab.asterisk.cli('database get blacklist 123456'), /^Value: /m, 'Asterisk has it');
    const blocked = await lab.provider.callIn('123456', did);
    await blocked.ended();
    t.notOk(
      lab.ami.events.some(({ Event, Context }) => Event === 'Newexten' && Context?.startsWith('ivr') === true),
      'the dialplan turns the caller away',
    );
    t.same(await curl(lab, 'DELETE', 'blacklist/delete', 'number=123456'), success('Key deleted successfully'));
    t.same(
      await curl(lab, 'DELETE', 'blacklist/delete', 'number=123456'),
      error(404, 'Database entry could not be deleted'),
    );
    t.same(
      await curl(lab, 'DELETE', 'blacklist/delete?number=%2B34600000666'),
      success('Key deleted successfully'),
      'in the query too',
    );
    t.same(await curl(lab, 'GET', 'blacklist/index'), { status: 200, json: { status: 'success', data: [] } });
  });
}

async function recordingRequests(t: Test, lab: Stage): Promise<void> {
  await t.test('contract §4.14 monitor: the recording that a cdr names', async (t) => {
    const callee = await lab.phone('802');
    const call = await lab.provider.callIn('18782985586', `${directDid}802`);
    await (await next(callee)).answer();
    await call.answered();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await quiet(lab, call);
    const { recordfile } = await lab.receiver.waitForEvent('cdr', { source: '18782985586', disposition: 'ANSWERED' });
    const url = `${lab.daemon.base}/monitor/${String(recordfile)}`;
    const token = ['-H', `Authorization: ${tokenOf()}`];
    const size = await eventually('the recording is written', async () => {
      const head = await lab.daemon.curl('-I', url, ...token);
      const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
      t.match(head, /^HTTP\/1.1 200 /);
      t.match(head, /content-type: audio\/wav/i);
      return Number(length) > 16_000 ? Number(length) : false;
    });
    const wav = await lab.daemon.curl('-r', '0-3', url, ...token);
    t.equal(wav, 'RIFF', 'a part of it: a WAV file');
    const whole = await lab.daemon.curl('-o', '/dev/null', '-w', '%{http_code} %{size_download}', url, ...token);
    t.equal(whole, `200 ${size}`);
    const out = await lab.daemon.curl(
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '--path-as-is',
      `${lab.daemon.base}/monitor/../../../etc/passwd`,
      ...token,
    );
    t.equal(out, '404');
  });
}

async function authentication(t: Test, lab: Stage): Promise<void> {
  await t.test('contract §2 authentication', async (t) => {
    const status = (...headers: readonly string[]): Promise<string> =>
      lab.daemon.curl(
        ...['-o', '/dev/null', '-w', '%{http_code}', `${lab.daemon.base}/queues/queue-info`],
        ...headers.flatMap((header) => ['-H', header]),
      );
    for (const day of [-1, 0, 1]) t.equal(await status(`Authorization: ${tokenOf(webkey, day)}`), '200', `day ${day}`);
    t.equal(await status(`Authentication: ${tokenOf()}`), '200', 'as some client documentation spells it');
    for (const day of [-2, 2]) t.equal(await status(`Authorization: ${tokenOf(webkey, day)}`), '401', `day ${day}`);
    t.equal(await status(), '401');
    const preflight = await lab.daemon.curl(
      ...['-i', '-X', 'OPTIONS', `${lab.daemon.base}/queues/queue-info`],
      ...['-H', 'Origin: http://crm.example', '-H', 'Access-Control-Request-Method: GET'],
      ...['-H', 'Access-Control-Request-Headers: authorization'],
    );
    t.match(preflight, /^HTTP\/1.1 20[04] /);
    t.match(preflight, /access-control-allow-origin: \*/i);
    t.match(preflight, /access-control-allow-headers: .*authorization/i);
  });
}

/** What the API dials is dialled in the kit's context for it, which has no feature codes. */
const leastRights = { api: { dialplan: { click: 'click' } } };

/** Every request of contract §4 as its samples write it, sent with curl to the real daemon on one set-up. */
export function runApi(setup: Setup): void {
  void t.test(setup, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        const witness = await new Witness(lab.asterisk.amiPort).start();
        try {
          const stage: Stage = { ...lab, witness, setup };
          for (const part of [
            stateRequests,
            queueRequests,
            clickRequests,
            callRequests,
            blacklistRequests,
            recordingRequests,
            authentication,
          ]) {
            await part(t, stage);
          }
        } finally {
          witness.stop();
        }
      },
      leastRights,
    ),
  );
}
