import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Dialplan } from '../lab/places.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { curl } from './curl.ts';
import { errorsIn } from '../oracle/errors.ts';
import { whoHears } from './who-hears.ts';

interface Stage extends Lab {
  readonly setup: Setup;
}

const conference = 'plugin-asterisk/conference';
const confnum = '1585642185';

const done = (message: string): unknown => ({ status: 200, json: { status: 'success', message } });
const error = (status: number, message: string): unknown => ({ status, json: { status: 'error', message } });

/** Sends a command as JSON. */
async function postJson(lab: Lab, path: string, body: unknown): Promise<unknown> {
  return curl(lab, 'POST', path, undefined, '-H', 'Content-Type: application/json', '-d', JSON.stringify(body));
}

/** The next call of a phone that still goes on. */
async function next(phone: Phone): Promise<Call> {
  for (;;) {
    const call = await phone.incoming();
    if (call.state !== 'ended') return call;
  }
}

async function listed(lab: Lab): Promise<Record<string, string>[]> {
  return ((await lab.daemon.api('GET', `${conference}/conf-list`)).json as { data: Record<string, string>[] }).data;
}

async function users(lab: Lab): Promise<Record<string, string>[]> {
  const { json } = await lab.daemon.api('POST', `${conference}/conf-info`, { confnum });
  return (json as { data?: Record<string, string>[] }).data ?? [];
}

async function quiet(lab: Lab): Promise<void> {
  await eventually('no channel is left', async () => {
    const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
    return (json as { data: unknown[] }).data.length === 0;
  });
}

/** Three extensions are asked into a conference; all is done to it that can be. */
async function conferences(t: Test, lab: Stage): Promise<void> {
  const tech = techOf(lab.setup);
  const phones = [await lab.phone('800'), await lab.phone('801'), await lab.phone('802')] as const;
  await t.test('contract §5.2: there is no conference', async (t) => {
    t.same(await curl(lab, 'GET', `${conference}/conf-list`), { status: 200, json: { status: 'success', data: [] } });
    const none = error(404, 'No Conference by that name found.');
    t.same(await curl(lab, 'POST', `${conference}/conf-info`, `confnum=${confnum}`), none);
    for (const path of ['lock-conf', 'unlock-conf']) {
      t.same(await curl(lab, 'POST', `${conference}/${path}`, `confnum=${confnum}`), none);
    }
    for (const path of ['mute-user', 'unmute-user', 'kick-user']) {
      t.same(await curl(lab, 'POST', `${conference}/${path}`, `confnum=${confnum}&channel=${tech}/800-1`), none);
    }
    for (const bad of ['', 'a b', '680,,admin', 'x'.repeat(41)]) {
      const data = `confnum=${encodeURIComponent(bad)}&extensions=800&channel=x`;
      for (const path of ['conf-info', 'join-conf', 'mute-user', 'kick-user', 'lock-conf']) {
        t.match(await curl(lab, 'POST', `${conference}/${path}`, data), { status: 400 }, `${path}: ${bad}`);
      }
    }
    t.same(
      await curl(lab, 'POST', `${conference}/join-conf`, `confnum=${confnum}&extensions=899`),
      error(404, 'Extension does not exist.'),
    );
  });
  const calls: Call[] = [];
  await t.test('contract §5.2 join-conf, however the list is sent', async (t) => {
    const success = (exten: string): unknown => ({ exten, status: 'Success' });
    const join = async (data: string): Promise<unknown> => curl(lab, 'POST', `${conference}/join-conf`, data);
    t.same(await join(`confnum=${confnum}&extensions[]=800&extensions[]=899`), {
      status: 200,
      json: { status: 'success', message: [success('800'), { exten: '899', status: 'Extension does not exist.' }] },
    });
    const first = await next(phones[0]);
    t.equal(first.remoteNumber, confnum, 'the phone shows the conference');
    await first.answer();
    await eventually('the first is in', async () => (await users(lab)).length === 1);
    const body = { confnum: Number(confnum), extensions: ['801', 802] };
    t.same(await postJson(lab, `${conference}/join-conf`, body), {
      status: 200,
      json: { status: 'success', message: [success('801'), success('802')] },
    });
    calls.push(first);
    for (const phone of phones.slice(1)) {
      const call = await next(phone);
      await call.answer();
      calls.push(call);
    }
    await eventually('all are in', async () => (await users(lab)).length === 3);
  });
  const [first, second, third] = calls as [Call, Call, Call];
  await t.test('contract §5.2 conf-list, conf-info', async (t) => {
    const row = { conference: confnum, parties: '3', marked: '0', locked: 'No', muted: 'No', id: confnum };
    t.strictSame(await listed(lab), [row]);
    const { json } = await curl(lab, 'GET', `${conference}/conf-info?confnum=${confnum}`);
    t.match(json, { status: 'success', message: 'Confbridge user list will follow' });
    const rows = await users(lab);
    t.same(rows.map(({ exten }) => exten).sort(), ['800', '801', '802']);
    const one = rows.find(({ exten }) => exten === '801') ?? {};
    t.strictSame(Object.keys(one), [
      ...['conference', 'admin', 'markeduser', 'muted', 'channel', 'answeredtime'],
      ...['calleridnum', 'calleridname', 'id', 'exten'],
    ]);
    const { channel = '', answeredtime = '', id = '' } = one;
    t.match(channel, new RegExp(`^${tech}/801-[0-9a-f]{8}$`));
    t.match(answeredtime, /^\d+$/);
    t.not(id, '');
    const own = { calleridnum: '801', calleridname: 'Agent 801', exten: '801' };
    t.strictSame(one, {
      ...{ conference: confnum, admin: 'No', markeduser: 'No', muted: 'No', channel, answeredtime },
      ...{ calleridnum: own.calleridnum, calleridname: own.calleridname, id, exten: own.exten },
    });
  });
  await t.test('contract §5.2 mute-user, unmute-user: who hears whom', async (t) => {
    t.same(await whoHears(calls, second, third), [true, false, true], 'all others hear 801');
    const { channel = '' } = (await users(lab)).find(({ exten }) => exten === '801') ?? {};
    const of = `confnum=${confnum}&channel=${encodeURIComponent(channel)}`;
    t.same(await curl(lab, 'POST', `${conference}/mute-user`, of), done('Mute user success'));
    t.match((await users(lab)).map(({ exten, muted }) => `${exten} ${muted}`).sort(), ['800 No', '801 Yes', '802 No']);
    // 801 goes on speaking: what 802 hears is 800 alone.
    t.same(await whoHears(calls, first, third), [false, true, true], 'who is muted still hears the others');
    first.rtp.isSpeaking = false;
    second.rtp.isSpeaking = true;
    const settled = third.rtp.packetsReceived + 25;
    await eventually('800 is silent', () => third.rtp.packetsReceived > settled);
    const before = [first.rtp.voiceReceived, third.rtp.voiceReceived];
    const later = third.rtp.packetsReceived + 50;
    await eventually('a second passed', () => third.rtp.packetsReceived > later);
    t.same([first.rtp.voiceReceived, third.rtp.voiceReceived], before, 'nobody hears 801');
    t.same(await curl(lab, 'POST', `${conference}/unmute-user`, of), done('Unmute user success'));
    t.same(await whoHears(calls, second, first), [true, false, true], 'all hear 801 again');
    const stranger = error(404, 'No Channel by that name found in Conference.');
    for (const bad of [`${tech}/801`, `${tech}/`, 'all', 'participants', channel.slice(0, -1)]) {
      const data = `confnum=${confnum}&channel=${encodeURIComponent(bad)}`;
      for (const path of ['mute-user', 'unmute-user', 'kick-user']) {
        t.same(await curl(lab, 'POST', `${conference}/${path}`, data), stranger, `${path} ${bad}`);
      }
    }
    t.match(
      (await users(lab)).map(({ muted }) => muted),
      ['No', 'No', 'No'],
    );
  });
  await t.test('contract §5.2 lock-conf, unlock-conf', async (t) => {
    t.same(await curl(lab, 'POST', `${conference}/lock-conf`, `confnum=${confnum}`), done('Lock conference success'));
    t.match(await listed(lab), [{ locked: 'Yes' }]);
    const phone = await lab.phone('803');
    await curl(lab, 'POST', `${conference}/join-conf`, `confnum=${confnum}&extensions=803`);
    const late = await next(phone);
    await late.answer();
    await late.ended();
    t.equal((await users(lab)).length, 3, 'nobody else gets in');
    t.same(
      await curl(lab, 'POST', `${conference}/unlock-conf`, `confnum=${confnum}`),
      done('Unlock conference success'),
    );
    t.match(await listed(lab), [{ locked: 'No' }]);
  });
  await t.test('contract §5.2 kick-user', async (t) => {
    const { channel = '' } = (await users(lab)).find(({ exten }) => exten === '801') ?? {};
    const data = `confnum=${confnum}&channel=${encodeURIComponent(channel)}`;
    t.same(await curl(lab, 'POST', `${conference}/kick-user`, data), done('Kick user success'));
    t.match(await second.ended(), { by: 'them' });
    await eventually('two are left', async () => (await users(lab)).length === 2);
    t.same(
      await curl(lab, 'POST', `${conference}/kick-user`, data),
      error(404, 'No Channel by that name found in Conference.'),
    );
    await first.hangUp();
    await third.hangUp();
    await eventually('the conference is over', async () => (await listed(lab)).length === 0);
    await quiet(lab);
  });
  await t.test('contract §3.1–§3.3: each leg is told of, and ends', async (t) => {
    for (const destcalleridnum of ['800', '801', '802']) {
      const began = await lab.receiver.waitForEvent('dialbegein', { destcalleridnum });
      t.match(began, { channel: '', calleridnum: confnum, destchannel: new RegExp(`^${tech}/${destcalleridnum}-`) });
      const { uniqueid } = began as { uniqueid: string };
      await lab.receiver.waitForEvent('dialend', { uniqueid, dialstatus: 'hangup' });
      t.match(await lab.receiver.waitForEvent('cdr', { uniqueid }), { calltype: '', disposition: 'ANSWERED' });
    }
  });
}

const clickIntercom = 'plugin-asterisk/extension/click-intercom';
const clickPaging = 'plugin-asterisk/paging/click-paging';

/** 800 calls 801, whose phone answers by itself. */
async function intercom(t: Test, lab: Stage): Promise<void> {
  const [src, dst] = [await lab.phone('800'), await lab.phone('801')];
  const tech = techOf(lab.setup);
  await t.test('contract §5.2 click-intercom', async (t) => {
    for (const type of ['form', 'json']) {
      const sent =
        type === 'form'
          ? await curl(lab, 'POST', clickIntercom, 'src=800&dst=801')
          : await postJson(lab, clickIntercom, { src: '800', dst: 801 });
      t.same(sent, done('clickToIntercom extension success'), type);
      const call = await next(src);
      t.equal(call.remoteNumber, '801', 'src’s phone shows dst');
      t.equal(call.state, 'ringing', 'and rings as usual');
      t.equal(call.inviteHeader('call-info') + call.inviteHeader('alert-info'), '');
      await call.answer();
      const answer = await next(dst);
      t.match(answer.inviteHeader('call-info'), /;answer-after=0/);
      if (tech === 'SIP') t.match(answer.inviteHeader('alert-info'), /info=alert-autoanswer/);
      await answer.answered();
      t.equal(answer.remoteNumber, '800');
      t.same(await whoHears([call, answer], call, answer), [false, true]);
      t.same(await whoHears([call, answer], answer, call), [true, false], 'both hear each other');
      const { json } = await lab.daemon.api('POST', 'extensions/current-calls');
      t.match((json as { data: unknown[] }).data, [
        { calleridnum: '800', connectedlinenum: '801', channelstatedesc: 'Up' },
        { calleridnum: '801', connectedlinenum: '800', channelstatedesc: 'Up' },
      ]);
      t.same(
        await curl(lab, 'POST', clickIntercom, 'src=802&dst=801'),
        error(409, 'extension 801 is in a call'),
        'it would ring in the middle of the call',
      );
      await answer.hangUp();
      await call.ended();
      await quiet(lab);
    }
    const own = new RegExp(`^${tech}/800-`);
    const began = await lab.receiver.waitForEvent('dialbegein', { destcalleridnum: '801', calleridnum: '800' });
    t.match(began, { channel: own, destchannel: new RegExp(`^${tech}/801-`), dialstring: /^801[^?]*$/ });
    const { uniqueid } = began as { uniqueid: string };
    t.match(await lab.receiver.waitForEvent('dialbegein', { uniqueid, destcalleridnum: '800' }), { channel: '' });
    await lab.receiver.waitForEvent('dialend', { uniqueid, destcalleridnum: '801', dialstatus: 'hangup' });
    await lab.receiver.waitForEvent('cdr', { uniqueid, disposition: 'ANSWERED', source: '800' });
  });
  await t.test('contract §5.2 click-intercom: refusals', async (t) => {
    t.same(await curl(lab, 'POST', clickIntercom, 'src=899&dst=801'), error(404, 'Extension does not exist.'));
    t.same(await curl(lab, 'POST', clickIntercom, 'src=800&dst=899'), error(404, 'Extension does not exist.'));
    t.same(await curl(lab, 'POST', clickIntercom, 'dst=801'), error(400, 'missing parameter: src'));
    t.match(await curl(lab, 'POST', clickIntercom, 'src=800&dst=800'), { status: 400 });
    t.same(
      await curl(lab, 'POST', clickIntercom, 'src=800&dst=805'),
      error(409, 'extension 805 has no phone that is registered and can answer by itself'),
    );
    t.match(await curl(lab, 'GET', `${clickIntercom}?src=800&dst=801`), { status: 405 });
    await quiet(lab);
  });
  await t.test('contract §5.2 click-intercom: clicked twice, called once', async (t) => {
    const [one, two] = await Promise.all([
      curl(lab, 'POST', clickIntercom, 'src=800&dst=801&twice=1'),
      curl(lab, 'POST', clickIntercom, 'src=800&dst=801'),
    ]);
    t.same([one, two], [done('clickToIntercom extension success'), done('clickToIntercom extension success')]);
    const call = await next(src);
    await call.hangUp();
    await quiet(lab);
    t.equal(src.calls.filter(({ state }) => state !== 'ended').length, 0);
  });
}

/** 800 is heard on the phones of others, and hears none. */
async function paging(t: Test, lab: Stage): Promise<void> {
  const src = await lab.phone('800');
  const paged = [await lab.phone('801'), await lab.phone('802')];
  await t.test('contract §5.2 click-paging', async (t) => {
    for (const type of ['form', 'json']) {
      const sent =
        type === 'form'
          ? await curl(lab, 'POST', clickPaging, 'src=800&dst[]=801&dst[]=802&dst[]=800')
          : await postJson(lab, clickPaging, { src: '800', dst: ['801', '802'] });
      t.same(sent, done('clickToPaging success'), type);
      const call = await next(src);
      t.equal(call.state, 'ringing', 'src’s phone rings as usual');
      await call.answer();
      const answers = [];
      for (const phone of paged) {
        const answer = await next(phone);
        t.match(answer.inviteHeader('call-info'), /;answer-after=0/);
        await answer.answered();
        answers.push(answer);
      }
      const calls = [call, ...answers];
      const [first, second] = answers as [Call, Call];
      await eventually('all are in', async () => (await listed(lab))[0]?.['parties'] === '3');
      t.same(await whoHears(calls, call, second), [false, true, true], 'both hear src');
      for (const one of calls) one.rtp.isSpeaking = one === first || one === second;
      const settled = second.rtp.packetsReceived + 25;
      await eventually('src is silent', () => second.rtp.packetsReceived > settled);
      const before = calls.map(({ rtp }) => rtp.voiceReceived);
      const later = second.rtp.packetsReceived + 50;
      await eventually('a second passed', () => second.rtp.packetsReceived > later);
      t.same(
        calls.map(({ rtp }) => rtp.voiceReceived),
        before,
        'nobody hears those that are paged',
      );
      await call.hangUp();
      for (const answer of answers) t.match(await answer.ended(), { by: 'them' }, 'src hangs up: it is over');
      await quiet(lab);
    }
    const began = await lab.receiver.waitForEvent('dialbegein', { destcalleridnum: '802' });
    t.match(began, { dialstring: /^802[^?]*$/ });
  });
  await t.test('contract §5.2 click-paging: who is in a call is left out', async (t) => {
    const [talking, idle] = paged as [Phone, Phone];
    const call = await talking.call('803');
    const answer = await next(await lab.phone('803'));
    await answer.answer();
    await call.answered();
    t.same(
      await curl(lab, 'POST', clickPaging, 'src=800&dst=801,803'),
      error(409, 'all of dst are in a call'),
      'all are in a call',
    );
    const before = talking.calls.length;
    t.same(await curl(lab, 'POST', clickPaging, 'src=800&dst=801,802'), done('clickToPaging success'));
    const own = await next(src);
    await own.answer();
    await (await next(idle)).answered();
    t.equal(talking.calls.length, before);
    t.same([call.state, answer.state], ['up', 'up']);
    await own.hangUp();
    await call.hangUp();
    await quiet(lab);
  });
  await t.test('contract §5.2 click-paging: refusals', async (t) => {
    t.same(await curl(lab, 'POST', clickPaging, 'src=800'), error(400, 'missing parameter: dst'));
    t.same(await curl(lab, 'POST', clickPaging, 'src=800&dst=801,899'), error(404, 'Extension does not exist.'));
    t.match(await curl(lab, 'POST', clickPaging, 'src=800&dst=800'), { status: 400 });
    t.match(await curl(lab, 'POST', clickPaging, 'src=800&dst=801,80*'), { status: 400 });
    const many = Array.from({ length: 51 }, (_, at) => String(1000 + at)).join();
    t.match(await curl(lab, 'POST', clickPaging, `src=800&dst=${many}`), { status: 400 });
    t.same(
      await curl(lab, 'POST', clickPaging, 'src=800&dst=805'),
      error(409, 'none of dst has a phone that is registered and can answer by itself'),
    );
    await quiet(lab);
  });
}

/** Conferences, intercom and paging on one set-up (contract §5.2), with real phones. */
export function runConferences(setup: Setup, dialplan: Dialplan = 'kit'): void {
  void t.test(`${setup}, ${dialplan}`, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        for (const part of [conferences, intercom, paging]) await part(t, { ...lab, setup });
        t.same(errorsIn(lab.daemon.output), []);
      },
      { dialplan, ringSeconds: 10 },
    ),
  );
}
