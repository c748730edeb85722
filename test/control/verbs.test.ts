import t from 'tap';
import { ringSeconds } from '../../src/control/click-number.ts';
import { settled } from '../../src/control/settled.ts';
import { Verbs } from '../../src/control/verbs.ts';
import { deps, FakeAsterisk, message, refusal, response, up } from './fake.ts';

function verbs(): { ami: FakeAsterisk; own: ReturnType<typeof deps>; verbs: Verbs } {
  const ami = new FakeAsterisk().answer('Getvar', message({ Response: 'Success', Value: '1' }));
  const own = deps(ami);
  return { ami, own, verbs: new Verbs(own) };
}

void t.test('settled waits until it is done, and not for ever', async (t) => {
  let looks = 0;
  await settled(() => ++looks === 3);
  t.equal(looks, 3);
  await settled(() => false);
});

void t.test('contract §4.6, §4.7 login and logout are seen by who asks next', async (t) => {
  const { ami, own, verbs: all } = verbs();
  const member = { Queue: '630', Interface: 'PJSIP/800', MemberName: '800', Paused: '0', Status: '1' };
  const soon = (event: string): void => {
    setTimeout(() => own.picture.apply(message({ Event: event, ...member }), 0), 20);
  };
  soon('QueueMemberAdded');
  await all.agentLogin('800', '630');
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800']);
  soon('QueueMemberRemoved');
  await all.agentLogout('800', '630');
  t.equal(own.picture.queues.get('630')?.members.size, 0);
  ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
  await t.rejects(all.agentLogin('800', '630'), refusal(409));
});

void t.test('contract §4.5–§4.7: members behind Local channels, as FreePBX has them', async (t) => {
  const member = { Queue: '630', MemberName: 'Agent', Paused: '0', Status: '1' };
  for (const [Interface, StateInterface] of [
    ['Local/800@from-queue/n', 'hint:800@ext-local'],
    ['Local/7800@agents/n', 'PJSIP/800'],
  ] as const) {
    const { ami, own, verbs: all } = verbs();
    own.picture.apply(message({ Event: 'QueueMemberAdded', ...member, Interface, StateInterface }), 0);
    const paused = { Event: 'QueueMemberPause', ...member, Interface, StateInterface, Paused: '1' };
    setTimeout(() => own.picture.apply(message(paused), 0), 10);
    ami.answer('QueuePause', response('Interface paused successfully'));
    t.equal(await all.agentPause('630', '800', true), 'Interface paused successfully');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface, Paused: 'true', Reason: 'agent-pause' });
    ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
    await t.rejects(all.agentLogin('800', '630'), refusal(409), 'no twin of it is logged in');
    t.match(ami.asked.at(-1)?.fields, { Interface });
    setTimeout(() => own.picture.apply(message({ Event: 'QueueMemberRemoved', ...member, Interface }), 0), 10);
    await all.agentLogout('800', '630');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface });
  }
});

void t.test('contract §4.9 hangup', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.hangup('899'), refusal(404));
  await t.rejects(all.hangup('800'), refusal(409));
  up(own.picture, '800', '1');
  up(own.picture, '800', '2');
  up(own.picture, '801', '3');
  up(own.picture, '802', '4');
  own.picture.apply(message({ Event: 'VarSet', Uniqueid: '4', Variable: 'COOCENTER_SPY', Value: '1' }), 0);
  const hung = (): unknown => ami.asked.splice(0).map(({ name, fields }) => `${name} ${String(fields['Channel'])}`);
  ami.answer('Hangup', response('!No such channel'), response('Channel Hungup'));
  await all.hangup('800');
  t.same(hung(), ['Hangup PJSIP/800-1', 'Hangup PJSIP/800-2'], 'all of its calls; one that is gone is as wanted');
  await all.hangup('802');
  t.same(hung(), ['Hangup PJSIP/802-4'], 'a supervisor who listens');
  ami.answer('Hangup', response('!Permission denied'));
  await t.rejects(all.hangup('801'), refusal(503));
});

void t.test('contract §4.10 transfer takes the party of the call that is not on hold', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.transfer('800', '803'), refusal(409));
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  up(own.picture, '800', '3', 'b');
  up(own.picture, '802', '4', 'b');
  const moved = async (): Promise<unknown> => {
    await all.transfer('800', '803');
    return ami.asked.at(-1)?.fields;
  };
  t.same(await moved(), { Channel: 'PJSIP/802-4', Context: 'internal', Exten: '803', Priority: '1' }, 'the newest');
  own.picture.apply(message({ Event: 'Hold', Uniqueid: '3' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/801-2' });
  own.picture.apply(message({ Event: 'Hold', Uniqueid: '1' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/802-4' }, 'the newest of two on hold');
  own.picture.apply(message({ Event: 'Unhold', Uniqueid: '1' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/801-2' });
  ami.answer('Getvar', message({ Response: 'Success', Value: '0' }));
  await t.rejects(all.transfer('800', '899'), refusal(404));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'a number that is not there: the call stays up');
  ami.answer('Getvar', message({ Response: 'Success', Value: '1' }));
  const late = all.transfer('800', '803');
  for (const id of ['2', '4']) own.picture.apply(message({ Event: 'Hangup', Uniqueid: id }), 0);
  await t.rejects(late, refusal(409), 'the call ended while Asterisk was asked');
});

void t.test('contract §4.11, §4.15 spying on a call that is up', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.spy('listen', '802', '801'), refusal(409));
  await t.rejects(all.spy('listen', '899', '801'), refusal(404));
  up(own.picture, '801', '1');
  const options = { listen: 'qE', whisper: 'qEw', 'barge-in': 'qEB' } as const;
  for (const mode of ['listen', 'whisper', 'barge-in'] as const) {
    await all.spy(mode, '802', '801');
    t.match(ami.asked.at(-1), {
      name: 'Originate',
      fields: { Channel: 'PJSIP/802', Application: 'ChanSpy', Data: `PJSIP/801-1,${options[mode]}`, Async: 'true' },
    });
  }
});

void t.test('contract §4.8, §4.15 click-number', async (t) => {
  const { ami, own, verbs: all } = verbs();
  ami.answer('Originate', response('Originate successfully queued'));
  const told = await all.clickNumber({ src: '800', dst: '801', wait: false });
  t.equal(told.message, 'Originate successfully queued');
  t.same(ami.asked.at(-1)?.fields, {
    Channel: 'PJSIP/800',
    Context: 'internal',
    Exten: '801',
    Priority: '1',
    Timeout: String(ringSeconds * 1_000),
    ChannelId: told.uniqueid,
    Variable: ['CONNECTEDLINE(num,i)=801'],
    Async: 'true',
  });
  await all.clickNumber({ src: '800', dst: '801', limitSec: 60, ringSec: 5, wait: false });
  t.match(ami.asked.at(-1)?.fields, { Timeout: '5000', Variable: [String, 'TIMEOUT(absolute)=180'] });
  const waiting = all.clickNumber({ src: '800', dst: '801', wait: true });
  const refused = t.rejects(waiting, { status: 409, message: 'extension 800 did not answer: busy' });
  await new Promise(setImmediate);
  const ChannelId = String(ami.asked.at(-1)?.fields['ChannelId']);
  all.onChange({ type: 'originate-response', uniqueid: ChannelId, success: false, reason: 5 });
  await refused;
  ami.answer('Originate', response('!Channel name too long'));
  await t.rejects(all.clickNumber({ src: '800', dst: '801', limitSec: 1, wait: true }), refusal(409));
  await t.rejects(all.clickNumber({ src: '899', dst: '801', wait: false }), refusal(404));
  ami.answer('Getvar', message({ Response: 'Success', Value: '0' }));
  await t.rejects(all.clickNumber({ src: '800', dst: '899', wait: false }), refusal(404));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'nobody’s phone rings for a number that is not there');
  t.equal(own.logged.length, 0);
});
