import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import { directDid } from '../lab/dialplan.ts';
import { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { softphone, twoPhones } from '../lab/two-phones.ts';
import { eventually } from '../lab/within.ts';
import { curl } from './curl.ts';
import { errorsIn } from '../oracle/errors.ts';

/** Extension 800 with its phones, 801 who talks to it. */
interface Stage extends Lab {
  readonly setup: Setup;
  readonly desk: Phone;
  readonly soft: Phone;
  readonly other: Phone;
}

const ok = { status: 200, json: { status: 'success' } };

/** Sends a command; its answer. */
async function post(lab: Lab, path: string, data: string): Promise<unknown> {
  return curl(lab, 'POST', path, data);
}

async function currentCalls(lab: Lab): Promise<unknown[]> {
  return ((await curl(lab, 'POST', 'extensions/current-calls')).json as { data: unknown[] }).data;
}

async function quiet(lab: Lab): Promise<void> {
  await eventually('no channel is left', async () => (await currentCalls(lab)).length === 0);
}

/** The next call of a phone that still goes on. */
async function next(phone: Phone): Promise<Call> {
  for (;;) {
    const call = await phone.incoming();
    if (call.state !== 'ended') return call;
  }
}

/** 801 has called 800, who answered on this phone; both ends. */
async function talking(lab: Stage, phone: Phone): Promise<readonly [Call, Call]> {
  const call = await lab.other.call('800');
  const idle = phone === lab.desk ? lab.soft : lab.desk;
  const [answer, left] = [await next(phone), await next(idle)];
  await answer.answer();
  await call.answered();
  await left.ended();
  await eventually('both are up', async () => (await currentCalls(lab)).length === 2);
  return [call, answer];
}

async function commands(t: Test, lab: Stage): Promise<void> {
  for (const phone of [lab.desk, lab.soft]) {
    await t.test(`contract §4.9–§4.11: 800 talks on ${phone.name}`, async (t) => {
      const [call, answer] = await talking(lab, phone);
      const supervisor = await lab.phone('804');
      t.match(await post(lab, 'extensions/extenSpy', 'src=804&dst=800'), ok);
      const listening = await next(supervisor);
      await listening.answer();
      const third = await lab.phone('802');
      t.match(await post(lab, 'extensions/transfer', 'src=800&dst=802'), ok);
      const handed = await next(third);
      t.equal(handed.remoteNumber, '801', 'the party of 800 is handed over');
      await handed.answer();
      await answer.ended();
      await listening.ended();
      await call.hangUp();
      await quiet(lab);
      const [again, other] = await talking(lab, phone);
      t.match(await post(lab, 'extensions/hangup', 'extension=800'), ok);
      await other.ended();
      await again.ended();
      await quiet(lab);
    });
  }
  await t.test('contract §4.11 src listens on whichever of its phones is picked up', async (t) => {
    const call = await lab.other.call('802');
    const answer = await next(await lab.phone('802'));
    await answer.answer();
    await eventually('both are up', async () => (await currentCalls(lab)).length === 2);
    t.match(await post(lab, 'extensions/extenSpy', 'src=800&dst=801'), ok);
    const [desk, soft] = [await next(lab.desk), await next(lab.soft)];
    const from = lab.ami.events.length;
    await soft.answer();
    await desk.ended();
    await lab.ami.event('ChanSpyStart', () => true, { from });
    await call.hangUp();
    await answer.ended();
    await soft.ended();
    await quiet(lab);
  });
  await t.test('contract §4.10 who is in a conference with several is not transferred', async (t) => {
    const calls: Call[] = [];
    for (const phone of [lab.soft, lab.other, await lab.phone('802')]) {
      const call = await phone.call('680');
      await call.answered();
      calls.push(call);
    }
    await eventually('all are in', () => lab.ami.events.filter(({ Event }) => Event === 'ConfbridgeJoin').length === 3);
    const refused = 'extension 800 talks to 2 at once: it cannot be told whom to transfer';
    t.same(await post(lab, 'extensions/transfer', 'src=800&dst=803'), {
      status: 409,
      json: { status: 'error', message: refused },
    });
    t.same(
      calls.map(({ state }) => state),
      ['up', 'up', 'up'],
      'and all stay in it',
    );
    for (const call of calls) await call.hangUp();
    await quiet(lab);
  });
  await t.test('contract §4.2, §4.3: one row for 800', async (t) => {
    const { json } = await curl(lab, 'GET', 'extensions/extension-status');
    const rows = (json as { data: { Exten: string; Status: string }[] }).data;
    t.match(
      rows.filter(({ Exten }) => Exten === '800' || Exten === softphone),
      [{ Exten: '800', Status: /^OK/ }],
    );
    const hints = (await curl(lab, 'GET', 'extensions/extension-hints-status')).json as { extension: string }[];
    t.equal(hints.filter(({ extension }) => extension === '800').length, 1);
  });
}

async function clicks(t: Test, lab: Stage): Promise<void> {
  const tech = techOf(lab.setup);
  const click = 'extensions/click-number';
  const uniqueidsOf = ({ json }: { json: unknown }): string[] =>
    (json as { data: { uniqueids: string[] } }).data.uniqueids;
  for (const picked of [lab.desk, lab.soft]) {
    await t.test(`contract §4.8: both phones ring, ${picked.name} is picked up`, async (t) => {
      const answer = await curl(lab, 'POST', click, 'src=800&dst=801');
      t.match(answer, ok);
      const twice = await curl(lab, 'POST', click, 'src=800&dst=801');
      t.same(twice, answer, 'clicked twice, called once');
      const [mine, idle] = picked === lab.desk ? [lab.desk, lab.soft] : [lab.soft, lab.desk];
      const [call, left] = [await next(mine), await next(idle)];
      await call.answer();
      t.match(await left.ended(), { by: 'them', reason: /elsewhere/ }, 'the other shows no missed call');
      const far = await next(lab.other);
      t.equal(far.remoteNumber, '800');
      await far.answer();
      await call.hangUp();
      await quiet(lab);
      const uniqueids = uniqueidsOf(answer);
      t.equal(uniqueids.length, 2);
      for (const uniqueid of uniqueids) {
        await lab.receiver.waitForEvent('dialbegein', { uniqueid, destcalleridnum: '800', channel: '' });
        await lab.receiver.waitForEvent('dialend', { uniqueid, destcalleridnum: '800' });
      }
      const own = (name: string): RegExp => new RegExp(`^${tech}/${name}-`);
      for (const [phone, dialstatus] of [
        [mine, 'hangup'],
        [idle, 'cancel'],
      ] as const) {
        const ends = lab.receiver.pushes.filter(
          ({ json }) =>
            json['event'] === 'dialend' &&
            uniqueids.includes(String(json['uniqueid'])) &&
            own(phone.name).test(String(json['destchannel'])),
        );
        t.match(
          ends.map(({ json }) => json['dialstatus']),
          [dialstatus],
          `${phone.name}: one dialend`,
        );
      }
      t.equal(lab.other.calls.filter(({ state }) => state !== 'ended').length, 0, 'dst was called once');
    });
  }
  await t.test('contract §4.8, wait=1: the word for both', async (t) => {
    const told = (word: string): unknown => ({
      status: 409,
      json: { status: 'error', message: `extension 800 did not answer: ${word}` },
    });
    const wait = 'src=800&dst=801&wait=1';
    lab.desk.behaviour = 486;
    t.match(await curl(lab, 'POST', click, `${wait}&ringSec=1`), told('noanswer'), 'one is busy, one rings on');
    lab.soft.behaviour = 486;
    t.match(await curl(lab, 'POST', click, `${wait}&ringSec=2`), told('busy'), 'both are');
    lab.desk.behaviour = lab.soft.behaviour = 'ring';
    await lab.desk.unregister();
    const alone = curl(lab, 'POST', click, `${wait}&ringSec=3`);
    await (await next(lab.soft)).answer();
    t.match(await alone, ok, 'only the one that is registered rings');
    t.equal(uniqueidsOf(await alone), undefined);
    await lab.soft.unregister();
    await post(lab, 'extensions/hangup', 'extension=800');
    await quiet(lab);
    t.match(await curl(lab, 'POST', click, `${wait}&ringSec=4`), told('chanunavail'), 'none is');
    await lab.desk.register();
    await lab.soft.register();
  });
  await t.test('contract §4.8: both phones answer by themselves', async (t) => {
    lab.desk.behaviour = lab.soft.behaviour = 'answer';
    t.match(await curl(lab, 'POST', click, 'src=800&dst=801&ringSec=8'), ok);
    await (await next(lab.other)).answer();
    await eventually('one call is left', async () => (await currentCalls(lab)).length === 2);
    t.equal(lab.other.calls.filter(({ state }) => state !== 'ended').length, 1);
    lab.desk.behaviour = lab.soft.behaviour = 'ring';
    t.match(await post(lab, 'extensions/hangup', 'extension=800'), ok);
    await quiet(lab);
  });
  if (tech === 'SIP') return;
  await t.test('contract §4.8: two phones under one name ring both', async (t) => {
    const twin = await new Phone({ user: softphone, serverPort: lab.asterisk.sipPort }).start();
    try {
      await twin.register();
      t.match(await curl(lab, 'POST', click, 'src=800&dst=801&ringSec=9'), ok);
      const all = [await next(lab.desk), await next(lab.soft)];
      await (await next(twin)).answer();
      for (const call of all) await call.ended();
      await (await next(lab.other)).answer();
      t.match(await post(lab, 'extensions/hangup', 'extension=800'), ok);
      await quiet(lab);
    } finally {
      await twin.unregister();
      twin.stop();
    }
  });
}

/** 800 is a member of 630, and a customer's call is answered on each of its phones in turn. */
async function queue(t: Test, lab: Stage): Promise<void> {
  t.match(await post(lab, 'queues/agent-login', 'extension=800&queue=630'), ok);
  t.match(await post(lab, 'queues/agent-login', 'extension=800&queue=630'), { status: 409 }, 'once');
  const info = (await curl(lab, 'GET', 'queues/queue-info')).json as { data: Record<string, unknown[]> };
  t.match(info.data['630'], [{ name: 'local/800@internal/n', paused: '0' }]);
  for (const state of ['on', 'off']) {
    t.match(await post(lab, 'queues/agent-pause', `queue=630&member=800&state=${state}`), ok);
  }
  for (const phone of [lab.desk, lab.soft]) {
    await t.test(`a queue’s call is answered on ${phone.name}`, async (t) => {
      const call = await lab.provider.callIn('85322361', `${directDid}630`);
      const [answer, left] = [await next(phone), await next(phone === lab.desk ? lab.soft : lab.desk)];
      await answer.answer();
      await call.answered();
      await left.ended();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const from = lab.ami.events.length;
      await call.hangUp();
      await answer.ended();
      await lab.ami.event('QueueMemberPause', ({ PausedReason }) => PausedReason === 'wrap-up', { from });
      const linked = lab.ami.events.findLast(({ Event }) => Event === 'QueueCallerJoin')?.['Linkedid'] ?? '';
      const record = await lab.receiver.waitForEvent('cc_cdr', { uuid: linked });
      t.match(record, {
        called: '800',
        agentCode: '800',
        cdrState: 'bridged',
        missCause: '',
        pauseTime: 1,
        agents: [{ agent: '800' }],
      });
      await quiet(lab);
      await lab.ami.event('QueueMemberPause', ({ Paused }) => Paused === '0', { from });
      await eventually('800 is free', async () => {
        const { items } = await lab.ami.action('QueueStatus', { Queue: '630' });
        return items.some(({ Status }) => Status === '1');
      });
    });
  }
  t.match(await post(lab, 'queues/agent-logout', 'extension=800&queue=630'), ok);
  t.match(await post(lab, 'queues/agent-logout', 'extension=800&queue=630'), { status: 404 });
}

/** An extension with two phones on one set-up (contract §4): all of it is the extension. */
export function runTwoPhones(setup: Setup): void {
  void t.test(setup, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        const [desk, soft] = [await lab.phone('800'), await lab.phone(softphone)];
        const stage: Stage = { ...lab, setup, desk, soft, other: await lab.phone('801') };
        for (const part of [commands, clicks, queue]) await part(t, stage);
        t.same(errorsIn(lab.daemon.output), []);
      },
      { ...twoPhones(setup), api: { enable: { pausetime: 'yes', pausetime_max: '1' } } },
    ),
  );
}
