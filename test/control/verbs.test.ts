import t from 'tap';
import { ringSeconds } from '../../src/control/click-number.ts';
import { ListedChannels } from '../../src/control/listed-channels.ts';
import { settled } from '../../src/control/settled.ts';
import { Verbs } from '../../src/control/verbs.ts';
import type { Change, Channel } from '../../src/picture/model.ts';
import { deps, endpoints, FakeAsterisk, listed, message, refusal, response, up, value } from './fake.ts';

const party = { num: '', name: '' };

function verbs(): { ami: FakeAsterisk; own: ReturnType<typeof deps>; verbs: Verbs } {
  const ami = new FakeAsterisk().answer('Getvar DIALPLAN_EXISTS', value('1'));
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
  ami.answer('QueueStatus', listed(), listed({ Location: 'PJSIP/800', Name: '800' }));
  await all.agentLogin('800', '630');
  t.match(own.picture.queues.get('630')?.members.get('PJSIP/800'), { isListed: true }, 'asked for, not waited for');
  t.same(ami.asked.at(-1), { name: 'QueueStatus', fields: { Queue: '630' } });
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800']);
  const loggedOut = all.agentLogout('800', '630');
  soon('QueueMemberRemoved');
  await loggedOut;
  t.equal(own.picture.queues.get('630')?.members.size, 0);
  ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
  await t.rejects(all.agentLogin('800', '630'), refusal('conflict'));
});

void t.test('contract §4.5–§4.7: members behind Local channels, as FreePBX has them', async (t) => {
  const member = { Queue: '630', MemberName: 'Agent', Paused: '0', Status: '1' };
  for (const [Interface, StateInterface] of [
    ['Local/800@from-queue/n', 'hint:800@ext-local'],
    ['Local/7800@agents/n', 'PJSIP/800'],
  ] as const) {
    const { ami, own, verbs: all } = verbs();
    own.picture.relistQueues(listed({ Location: Interface, Name: 'Agent', StateInterface }), '630');
    const paused = { Event: 'QueueMemberPause', ...member, Interface, StateInterface, Paused: '1' };
    setTimeout(() => own.picture.apply(message(paused), 0), 10);
    ami.answer('QueuePause', response('Interface paused successfully'));
    t.equal(await all.agentPause('630', '800', true), 'Interface paused successfully');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface, Paused: 'true', Reason: 'agent-pause' });
    ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
    await t.rejects(all.agentLogin('800', '630'), refusal('conflict'), 'no twin of it is logged in');
    t.match(ami.asked.at(-1)?.fields, { Interface });
    setTimeout(() => own.picture.apply(message({ Event: 'QueueMemberRemoved', ...member, Interface }), 0), 10);
    await all.agentLogout('800', '630');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface });
  }
});

void t.test('contract §4.5: a member of whom no event told is paused too', async (t) => {
  const { ami, verbs: all } = verbs();
  ami.answer('QueueStatus', listed({ Location: 'Local/800@from-queue/n', Name: '800' }));
  await all.agentPause('630', '800', true);
  t.match(ami.asked.find(({ name }) => name === 'QueuePause')?.fields, { Interface: 'Local/800@from-queue/n' });
});

void t.test('a member whom only an event named is no interface that anything is done to', async (t) => {
  const { ami, own, verbs: all } = verbs();
  const Interface = 'Local/800@evil/n';
  const forged = { Queue: '630', Interface, MemberName: '800', StateInterface: 'PJSIP/800', Paused: '0', Status: '1' };
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  const acted = async (act: Promise<unknown>): Promise<unknown> => {
    await act;
    return ami.asked.find(({ name }) => /^Queue(Add|Pause|Remove)$/.test(name))?.fields;
  };
  t.match(await acted(all.agentPause('630', '800', false)), { Interface: 'PJSIP/800' });
  ami.asked.length = 0;
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  setTimeout(() => own.picture.apply(message({ Event: 'QueueMemberRemoved', ...forged }), 0), 10);
  t.match(await acted(all.agentLogout('800', '630')), { Interface: 'PJSIP/800' });
  ami.asked.length = 0;
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  ami.answer('QueueStatus', listed(), listed({ Location: 'PJSIP/800', Name: '800' }));
  t.match(await acted(all.agentLogin('800', '630')), { Interface: 'PJSIP/800' });
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800'], 'the list takes it away');
});

void t.test('contract §4.9 hangup', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.hangup('899'), refusal('not-found'));
  await t.rejects(all.hangup('800'), refusal('conflict'));
  up(own.picture, '800', '1');
  up(own.picture, '800', '2');
  up(own.picture, '801', '3');
  up(own.picture, '802', '4');
  own.picture.apply(message({ Event: 'VarSet', Uniqueid: '4', Variable: 'COOCENTER_SPY', Value: '1' }), 0);
  const hung = (): unknown =>
    ami.asked.splice(0).flatMap(({ name, fields }) => (name === 'Hangup' ? [String(fields['Channel'])] : []));
  ami.answer('Hangup', response('!No such channel'), response('Channel Hungup'));
  await all.hangup('800');
  t.same(hung(), ['PJSIP/800-1', 'PJSIP/800-2'], 'all of its calls; one that is gone is as wanted');
  await all.hangup('802');
  t.same(hung(), ['PJSIP/802-4'], 'a supervisor who listens');
  ami.answer('Hangup', response('!Permission denied'));
  await t.rejects(all.hangup('801'), refusal('unavailable'));
});

void t.test('contract §4.10 transfer takes the party of the call that is not on hold', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.transfer('800', '803'), refusal('conflict'));
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
  ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(all.transfer('800', '899'), refusal('not-found'));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'a number that is not there: the call stays up');
  ami.answer('Getvar DIALPLAN_EXISTS', value('1'));
  const late = all.transfer('800', '803');
  for (const id of ['2', '4']) own.picture.apply(message({ Event: 'Hangup', Uniqueid: id }), 0);
  await t.rejects(late, refusal('conflict'), 'the call ended while Asterisk was asked');
});

void t.test('contract §4.11, §4.15 spying on a call that is up', async (t) => {
  const { ami, own, verbs: all } = verbs();
  await t.rejects(all.spy('listen', '802', '801'), refusal('conflict'));
  await t.rejects(all.spy('listen', '899', '801'), refusal('not-found'));
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

void t.test('nothing is done to a channel that Asterisk does not list', async (t) => {
  const { ami, own, verbs: all } = verbs();
  const item = (Channel: string, Uniqueid: string, BridgeId = ''): ReturnType<typeof message> =>
    message({ Event: 'CoreShowChannel', Channel, Uniqueid, BridgeId });
  const acted = async (act: Promise<unknown>): Promise<unknown> => {
    ami.asked.length = 0;
    await act;
    return ami.asked.flatMap(({ name, fields }) =>
      /^(Hangup|Redirect|Originate)$/.test(name) ? [fields['Data'] ?? fields['Channel']] : [],
    );
  };
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  // Forged: a call of 800 that there is not, by a name that would add options to ChanSpy, and a stranger in its bridge.
  up(own.picture, '800', '3');
  up(own.picture, '800', '4,B');
  own.picture.apply(message({ Event: 'Rename', Uniqueid: '9', Newname: 'PJSIP/800-9' }), 0);
  own.picture.apply(message({ Event: 'Rename', Uniqueid: '3', Newname: 'PJSIP/800-1' }), 0);
  up(own.picture, '802', '5', 'a');
  const listed = [item('PJSIP/800-1', '1', 'a'), item('PJSIP/801-2', '2', 'a'), item('PJSIP/802-5', '5', 'b')];
  ami.answer('CoreShowChannels', listed);
  t.same(await acted(all.hangup('800')), ['PJSIP/800-1']);
  t.same(await acted(all.spy('listen', '803', '800')), ['PJSIP/800-1,qE']);
  t.same(await acted(all.transfer('800', '803')), ['PJSIP/801-2']);
  t.same(await acted(all.transfer('801', '803')), ['PJSIP/800-1']);
  own.picture.apply(message({ Event: 'Hangup', Uniqueid: '2' }), 0);
  await t.rejects(
    all.transfer('800', '803'),
    refusal('conflict'),
    'whom only an event brought into the call stays where they are',
  );
  ami.answer('CoreShowChannels', []);
  await t.rejects(all.hangup('800'), refusal('conflict'));
  await t.rejects(all.spy('listen', '803', '800'), refusal('conflict'));
});

void t.test('who talks to whom, as Asterisk lists it', (t) => {
  const named = (name: string, uniqueid: string): { name: string; uniqueid: string } => ({ name, uniqueid });
  const listed = new ListedChannels(
    [
      ['PJSIP/trunk-1', '1', 'a'],
      ['Local/800@from-queue-2;1', '2', 'a'],
      ['Local/800@from-queue-2;2', '3', 'b'],
      ['PJSIP/800-4', '4', 'b'],
      ['PJSIP/801-5', '5', ''],
      ['PJSIP/802-6', '6', ''],
    ].map(([Channel = '', Uniqueid = '', BridgeId = '']) =>
      message({ Event: 'CoreShowChannel', Channel, Uniqueid, BridgeId }),
    ),
  );
  t.equal(listed.areTogether(named('PJSIP/800-4', '4'), named('PJSIP/trunk-1', '1')), true, 'through a Local channel');
  t.equal(listed.areTogether(named('PJSIP/801-5', '5'), named('PJSIP/802-6', '6')), false, 'no bridge is none');
  t.equal(listed.areTogether(named('PJSIP/800-4', '4'), named('PJSIP/801-5', '5')), false);
  t.equal(listed.areTogether(named('PJSIP/800-4', '9'), named('PJSIP/trunk-1', '1')), false, 'another of that name');
  t.equal(listed.areTogether(named('PJSIP/9-9', '9'), named('PJSIP/8-8', '8')), false, 'two that are not there');
  t.end();
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
  const waiting = all.clickNumber({ src: '800', dst: '802', wait: true });
  const refused = t.rejects(waiting, { kind: 'conflict', message: 'extension 800 did not answer: busy' });
  await new Promise(setImmediate);
  const ChannelId = String(ami.asked.at(-1)?.fields['ChannelId']);
  all.onChange({ type: 'originate-response', uniqueid: ChannelId, success: false, reason: 5 });
  await refused;
  ami.answer('Originate', response('!Channel name too long'));
  await t.rejects(all.clickNumber({ src: '800', dst: '801', limitSec: 1, wait: true }), refusal('conflict'));
  await t.rejects(all.clickNumber({ src: '899', dst: '801', wait: false }), refusal('not-found'));
  ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(all.clickNumber({ src: '800', dst: '899', wait: false }), refusal('not-found'));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'nobody’s phone rings for a number that is not there');
  t.equal(own.logged.length, 0);
});

/** As Asterisk tells that a phone of 800 is picked up, of a click-to-dial. */
const pickedUp = (uniqueid: string): Change => ({ type: 'originate-response', uniqueid, success: true, reason: 4 });

void t.test('contract §4.8: the same click-to-dial twice within a second is one call', async (t) => {
  const { ami, verbs: all } = verbs();
  const click = { src: '800', dst: '801', wait: false };
  const both = await Promise.all([all.clickNumber(click), all.clickNumber(click)]);
  t.same(both[1], both[0], 'the second is answered as the first');
  t.equal(ami.count('Originate'), 1);
  const waiting = all.clickNumber({ ...click, wait: true });
  await new Promise(setImmediate);
  t.equal(ami.count('Originate'), 1, 'who waits waits for the one that rings');
  all.onChange(pickedUp(both[0].uniqueid));
  t.equal((await waiting).uniqueid, both[0].uniqueid);
  await all.clickNumber({ ...click, limitSec: 60 });
  await all.clickNumber({ ...click, dst: '802' });
  await all.clickNumber({ ...click, src: '801', dst: '800' });
  t.equal(ami.count('Originate'), 4, 'another limit, another number, another phone: another call');
  const channel = { uniqueid: both[0].uniqueid } as Channel;
  all.onChange({ type: 'hangup', timestamp: '1.0', channel, caller: party, callee: party });
  await all.clickNumber(click);
  t.equal(ami.count('Originate'), 5, 'the first is over: whoever clicks again wants another');
});

void t.test('contract §4.8: a refused click-to-dial is not remembered', async (t) => {
  const { ami, verbs: all } = verbs();
  const click = { src: '800', dst: '801', wait: false };
  ami.answer('Originate', response('!Channel name too long'), response(''));
  await t.rejects(all.clickNumber(click), refusal('conflict'));
  const again = await all.clickNumber(click);
  all.onChange({ type: 'originate-response', uniqueid: again.uniqueid, success: false, reason: 5 });
  await new Promise(setImmediate);
  t.not((await all.clickNumber(click)).uniqueid, again.uniqueid, 'src was busy: who tries again is rung again');
});

void t.test('contract §4.8, §4.10 an Asterisk without func_dialplan', async (t) => {
  const { ami, own, verbs: all } = verbs();
  ami.answer('Getvar DIALPLAN_EXISTS', value(''));
  await all.clickNumber({ src: '800', dst: '801', wait: false });
  t.match(ami.asked.at(-1), { name: 'Originate', fields: { Exten: '801' } }, 'click-number dials');
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  await t.rejects(
    all.transfer('800', '803'),
    { kind: 'unavailable', message: /func_dialplan/ },
    'the call would be lost',
  );
  t.equal(ami.count('Redirect'), 0);
});

/** 800 has a deskphone and a softphone, each with these contexts. */
function twoPhones(contexts: readonly [string, string] = ['internal', 'internal']): ReturnType<typeof verbs> {
  const made = verbs();
  const hint = { Exten: '800', Context: 'internal', Hint: 'PJSIP/800&SIP/web800&Custom:DND800', Status: '0' };
  const state = [message({ Event: 'ExtensionStatus', ...hint, StatusText: 'Idle' })];
  made.own.picture.resync({ channels: [], queues: [], hints: state, endpoints }, 0);
  made.ami
    .answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/800/sip:800@192.168.12.4'))
    .answer('Getvar PJSIP_ENDPOINT', value(contexts[0]))
    // First its address, then its context.
    .answer('Getvar SIPPEER', value('192.168.12.5'), value(contexts[1]));
  return made;
}

const rings = ({ asked }: FakeAsterisk): unknown[] =>
  asked.filter(({ name }) => name === 'Originate').map(({ fields }) => fields['Channel']);

void t.test('contract §4.8 click-number rings every phone of src', async (t) => {
  const { ami, own, verbs: all } = twoPhones();
  const limited = { src: '800', dst: '801', wait: false, limitSec: 9 };
  const { uniqueid, uniqueids = [] } = await all.clickNumber(limited);
  t.same(rings(ami), ['PJSIP/800', 'SIP/web800']);
  t.same(uniqueids.length, 2);
  t.equal(uniqueids[0], uniqueid);
  all.onChange(pickedUp(uniqueids[1] ?? ''));
  await new Promise(setImmediate);
  t.same(ami.asked.at(-1), { name: 'Hangup', fields: { Channel: uniqueid, Cause: '26' } }, 'the other stops');
  t.same(own.logged, []);
  ami.answer('Hangup', response('!No such channel'), response('!Permission denied'));
  for (const dst of ['802', '803']) {
    const ringing = await all.clickNumber({ src: '800', dst, wait: false });
    all.onChange(pickedUp(ringing.uniqueid));
    await new Promise(setImmediate);
  }
  t.match(own.logged, [['warning', /rings on/]], 'one that is gone already is as wanted, one that rings on is told');
});

void t.test('contract §4.8 click-number rings the phones that are registered', async (t) => {
  for (const [pjsip, sip, wanted] of [
    ['PJSIP/800/sip:800@192.168.12.4', '(null)', ['PJSIP/800']],
    ['', '192.168.12.5', ['SIP/web800']],
    ['', '(null)', ['PJSIP/800']],
    ['PJSIP/800/sip:a&b@1.2.3.4&PJSIP/800/sip:c@d', '(null)', ['PJSIP/800/sip:a&b@1.2.3.4', 'PJSIP/800/sip:c@d']],
    [`PJSIP/800/sip:a&PJSIP/800/sip:${'b'.repeat(1_005)}`, '(null)', ['PJSIP/800']],
  ] as const) {
    const { ami, verbs: all } = twoPhones();
    ami.answer('Getvar PJSIP_DIAL_CONTACTS', value(pjsip)).answer('Getvar SIPPEER', value(sip), value('internal'));
    await all.clickNumber({ src: '800', dst: '801', wait: false });
    t.same(rings(ami), wanted);
  }
  const { ami, verbs: all } = verbs();
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/801/sip:a&PJSIP/801/sip:b'));
  await all.clickNumber({ src: '801', dst: '802', wait: false });
  t.same(rings(ami), ['PJSIP/801/sip:a', 'PJSIP/801/sip:b'], 'two phones that are registered under one name');
});

void t.test('contract §4.8 click-number: one of two phones is refused', async (t) => {
  const { ami, verbs: all } = twoPhones();
  ami.answer('Originate', response('!Channel name too long'), response('Originate successfully queued'));
  const told = await all.clickNumber({ src: '800', dst: '801', wait: false });
  t.equal(told.message, 'Originate successfully queued');
  t.equal(told.uniqueids, undefined, 'one rings');
});

void t.test('contract §4.8, §4.10 a phone of another class of service dials in its own context', async (t) => {
  const { ami, verbs: all } = twoPhones(['internal', 'no-mobiles']);
  await all.clickNumber({ src: '800', dst: '801', wait: false });
  const contexts = ami.asked.filter(({ name }) => name === 'Originate').map(({ fields }) => fields['Context']);
  t.same(contexts, ['internal', 'no-mobiles']);
  const other = twoPhones(['internal', 'no-mobiles']);
  other.ami.answer('Getvar DIALPLAN_EXISTS', value('1'), value('0'));
  await other.verbs.clickNumber({ src: '800', dst: '801', wait: false });
  t.same(rings(other.ami), ['PJSIP/800'], 'what is not to be dialled on a phone is not');
  const none = twoPhones(['no-mobiles', 'no-mobiles']);
  none.ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(none.verbs.clickNumber({ src: '800', dst: '801', wait: false }), refusal('not-found'));
  const third = verbs();
  third.ami.answer('Getvar PJSIP_ENDPOINT', value('no-mobiles'));
  up(third.own.picture, '800', '1', 'a');
  up(third.own.picture, '801', '2', 'a');
  await third.verbs.transfer('800', '803');
  t.match(third.ami.asked.at(-1)?.fields, { Channel: 'PJSIP/801-2', Context: 'no-mobiles' });
  t.match(third.ami.asked.at(-2)?.fields, { Variable: 'DIALPLAN_EXISTS(no-mobiles,803,1)' });
});

void t.test('contract §4.9–§4.11 a call on the second phone of an extension', async (t) => {
  const { ami, own, verbs: all } = twoPhones();
  up(own.picture, '801', '2', 'a');
  const softphone = { Channel: 'SIP/web800-1', ChannelStateDesc: 'Up', Uniqueid: '1', Linkedid: '1' };
  own.picture.apply(message({ Event: 'Newchannel', ...softphone }), 0);
  own.picture.apply(message({ Event: 'BridgeEnter', ...softphone, BridgeUniqueid: 'a' }), 0);
  await all.transfer('800', '803');
  t.match(ami.asked.at(-1), { name: 'Redirect', fields: { Channel: 'PJSIP/801-2' } });
  await all.spy('listen', '802', '800');
  t.match(ami.asked.at(-1)?.fields, { Channel: 'PJSIP/802', Data: 'SIP/web800-1,qE' });
  await all.hangup('800');
  t.match(ami.asked.at(-1), { name: 'Hangup', fields: { Channel: 'SIP/web800-1' } });
  await all.spy('listen', '800', '801');
  t.same(rings(ami).slice(-2), ['PJSIP/800', 'SIP/web800'], 'whichever the supervisor picks up');
});

void t.test('contract §4.5, §4.7 an extension whose phones are members each', async (t) => {
  const { ami, own, verbs: all } = twoPhones();
  const phones = ['PJSIP/800', 'SIP/web800'];
  own.picture.relistQueues(listed(...phones.map((Location) => ({ Location, Name: 'Agent' }))));
  const soon = (Event: string): void => {
    const member = { Queue: '630', MemberName: 'Agent', Paused: '1', Status: '1' };
    setTimeout(() => {
      for (const Interface of phones) own.picture.apply(message({ Event, ...member, Interface }), 0);
    }, 10);
  };
  // Asterisk tells of it once it is asked.
  const paused = all.agentPause('630', '800', true);
  soon('QueueMemberPause');
  await paused;
  const asked = (action: string): unknown[] =>
    ami.asked.flatMap(({ name, fields }) => (name === action ? [fields['Interface']] : []));
  t.same(asked('QueuePause'), phones);
  soon('QueueMemberRemoved');
  await all.agentLogout('800', '630');
  t.same(asked('QueueRemove'), phones);
});

void t.test('contract §4.10 whoever talks to several is not transferred', async (t) => {
  const { ami, own, verbs: all } = verbs();
  for (const [exten, id] of [
    ['800', '1'],
    ['801', '2'],
    ['802', '3'],
  ] as const) {
    up(own.picture, exten, id, 'conference');
  }
  await t.rejects(all.transfer('800', '803'), {
    kind: 'conflict',
    message: 'extension 800 talks to 2 at once: it cannot be told whom to transfer',
  });
  t.equal(ami.count('Redirect'), 0);
  up(own.picture, '800', '4', 'b');
  up(own.picture, '803', '5', 'b');
  await all.transfer('800', '801');
  t.match(ami.asked.at(-1)?.fields, { Channel: 'PJSIP/803-5' }, 'the newest of its calls has one other');
});
