import t from 'tap';
import {
  agentLogin,
  agentLogout,
  agentLogoutEverywhere,
  agentPause,
  untilShown,
} from '../../src/control/queue-member.ts';
import { controlled, listed, message, refusal, response, twoPhones } from './fake.ts';

void t.test('untilShown waits until it is done, and not for ever', async (t) => {
  let looks = 0;
  await untilShown(() => ++looks === 3);
  t.equal(looks, 3);
  await untilShown(() => false);
});

void t.test('contract §4.6, §4.7 login and logout are seen by whoever asks next', async (t) => {
  const { ami, own, control } = controlled();
  const member = { Queue: '630', Interface: 'PJSIP/800', MemberName: '800', Paused: '0', Status: '1' };
  const soon = (event: string): void => {
    setTimeout(() => own.picture.apply(message({ Event: event, ...member }), 0), 20);
  };
  ami.answer('QueueStatus', listed(), listed({ Location: 'PJSIP/800', Name: '800' }));
  await agentLogin(control, '800', '630');
  t.match(own.picture.queues.get('630')?.members.get('PJSIP/800'), { isListed: true }, 'asked for, not waited for');
  t.same(ami.asked.at(-1), { name: 'QueueStatus', fields: { Queue: '630' } });
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800']);
  const loggedOut = agentLogout(control, '800', '630');
  soon('QueueMemberRemoved');
  await loggedOut;
  t.equal(own.picture.queues.get('630')?.members.size, 0);
  ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
  await t.rejects(agentLogin(control, '800', '630'), refusal('conflict'));
});

void t.test('contract §4.5–§4.7: members behind Local channels, as FreePBX has them', async (t) => {
  const member = { Queue: '630', MemberName: 'Agent', Paused: '0', Status: '1' };
  for (const [Interface, StateInterface] of [
    ['Local/800@from-queue/n', 'hint:800@ext-local'],
    ['Local/7800@agents/n', 'PJSIP/800'],
  ] as const) {
    const { ami, own, control } = controlled();
    own.picture.relistQueues(listed({ Location: Interface, Name: 'Agent', StateInterface }), '630');
    const paused = { Event: 'QueueMemberPause', ...member, Interface, StateInterface, Paused: '1' };
    setTimeout(() => own.picture.apply(message(paused), 0), 10);
    ami.answer('QueuePause', response('Interface paused successfully'));
    t.equal(await agentPause(control, '630', '800', true), 'Interface paused successfully');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface, Paused: 'true', Reason: 'agent-pause' });
    ami.answer('QueueAdd', response('!Unable to add interface: Already there'));
    await t.rejects(agentLogin(control, '800', '630'), refusal('conflict'), 'no twin of it is logged in');
    t.match(ami.asked.at(-1)?.fields, { Interface });
    setTimeout(() => own.picture.apply(message({ Event: 'QueueMemberRemoved', ...member, Interface }), 0), 10);
    await agentLogout(control, '800', '630');
    t.same(ami.asked.at(-1)?.fields, { Queue: '630', Interface });
  }
});

void t.test('contract §4.5: a member that no event named is paused too', async (t) => {
  const { ami, control } = controlled();
  ami.answer('QueueStatus', listed({ Location: 'Local/800@from-queue/n', Name: '800' }));
  await agentPause(control, '630', '800', true);
  t.match(ami.asked.find(({ name }) => name === 'QueuePause')?.fields, { Interface: 'Local/800@from-queue/n' });
});

void t.test('contract §4.5: the reason of a pause, also of one that goes on', async (t) => {
  const { ami, own, control } = controlled();
  const member = { Queue: '630', Interface: 'PJSIP/800', MemberName: 'Agent', Status: '1' };
  own.picture.relistQueues(listed({ Location: 'PJSIP/800', Name: 'Agent', Paused: '1', PausedReason: 'lunch' }), '630');
  const told = { ...member, Event: 'QueueMemberPause', Paused: '1', PausedReason: 'training' };
  setTimeout(() => own.picture.apply(message(told), 0), 20);
  await agentPause(control, '630', '800', true, 'training');
  t.match(ami.asked.at(-1)?.fields, { Paused: 'true', Reason: 'training' });
  t.equal(own.picture.queues.get('630')?.members.get('PJSIP/800')?.pausedReason, 'training', 'who asks next sees it');
  await agentPause(control, '630', '800', false, 'training');
  t.notOk('Reason' in (ami.asked.at(-1)?.fields ?? {}));
});

void t.test('nothing is done to a member that only an event named', async (t) => {
  const { ami, own, control } = controlled();
  const Interface = 'Local/800@evil/n';
  const forged = { Queue: '630', Interface, MemberName: '800', StateInterface: 'PJSIP/800', Paused: '0', Status: '1' };
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  const acted = async (act: Promise<unknown>): Promise<unknown> => {
    await act;
    return ami.asked.find(({ name }) => /^Queue(Add|Pause|Remove)$/.test(name))?.fields;
  };
  t.match(await acted(agentPause(control, '630', '800', false)), { Interface: 'PJSIP/800' });
  ami.asked.length = 0;
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  setTimeout(() => own.picture.apply(message({ Event: 'QueueMemberRemoved', ...forged }), 0), 10);
  t.match(await acted(agentLogout(control, '800', '630')), { Interface: 'PJSIP/800' });
  ami.asked.length = 0;
  own.picture.apply(message({ Event: 'QueueMemberAdded', ...forged }), 0);
  ami.answer('QueueStatus', listed(), listed({ Location: 'PJSIP/800', Name: '800' }));
  t.match(await acted(agentLogin(control, '800', '630')), { Interface: 'PJSIP/800' });
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800'], 'the list takes it away');
});

void t.test('contract §4.5, §4.7 an extension whose phones are members each', async (t) => {
  const { ami, own, control } = twoPhones();
  const phones = ['PJSIP/800', 'SIP/web800'];
  own.picture.relistQueues(listed(...phones.map((Location) => ({ Location, Name: 'Agent' }))));
  const soon = (Event: string): void => {
    const member = { Queue: '630', MemberName: 'Agent', Paused: '1', Status: '1' };
    setTimeout(() => {
      for (const Interface of phones) own.picture.apply(message({ Event, ...member, Interface }), 0);
    }, 10);
  };
  // Asterisk tells of it once it is asked.
  const paused = agentPause(control, '630', '800', true);
  soon('QueueMemberPause');
  await paused;
  const asked = (action: string): unknown[] =>
    ami.asked.flatMap(({ name, fields }) => (name === action ? [fields['Interface']] : []));
  t.same(asked('QueuePause'), phones);
  soon('QueueMemberRemoved');
  await agentLogout(control, '800', '630');
  t.same(asked('QueueRemove'), phones);
});

void t.test('contract §4 agent-logout without a queue: out of every queue', async (t) => {
  const { ami, own, control } = controlled();
  const queues = (rows: readonly (readonly [queue: string, membership: string])[]): void => {
    const items = rows.flatMap(([Queue, Membership]) => [
      message({ Event: 'QueueParams', Queue }),
      ...(Membership === ''
        ? []
        : [message({ Event: 'QueueMember', Queue, Location: 'PJSIP/800', Name: '800', Membership, Status: '1' })]),
    ]);
    own.picture.relistQueues(items);
  };
  const removed = (): unknown[] =>
    ami.asked.filter(({ name }) => name === 'QueueRemove').map(({ fields }) => fields['Queue']);
  queues([]);
  await t.rejects(agentLogoutEverywhere(control, '800'), { kind: 'not-found', message: /Not there/ });
  queues([
    ['630', 'dynamic'],
    ['631', ''],
    ['Sales Team', 'dynamic'],
    ['633', 'static'],
  ]);
  // The first is gone already, when it is its turn.
  ami.answer('QueueRemove', response('!Unable to remove interface: Not there'), response('Removed'));
  await agentLogoutEverywhere(control, '800');
  t.same(removed(), ['630', 'Sales Team']);
  ami.asked.length = 0;
  ami.answer('QueueRemove', response('!Member not dynamic'));
  queues([['633', 'static']]);
  await t.rejects(agentLogoutEverywhere(control, '800'), refusal('conflict'), 'in Asterisk’s words');
  t.same(removed(), ['633']);
  await t.rejects(agentLogoutEverywhere(control, '899'), refusal('not-found'));
});

void t.test('a queue may be called whatever Asterisk lists, and no more', async (t) => {
  const { ami, own, control } = controlled();
  const name = 'Vertrieb & Süd 销售';
  const acts = (): unknown[] =>
    ami.asked
      .filter(({ name: action }) => /^Queue(Add|Pause|Remove)$/.test(action))
      .map(({ fields }) => fields['Queue']);
  const told = { kind: 'not-found', message: /No such queue|Interface not found/ } as const;
  await t.rejects(agentLogin(control, '800', name), told);
  await t.rejects(agentPause(control, name, '800', true), told);
  await t.rejects(agentLogout(control, '800', name), told);
  t.same(acts(), [], 'Asterisk is not told of it');
  ami.answer('QueueStatus', [message({ Event: 'QueueParams', Queue: name })]);
  await agentLogin(control, '800', name);
  own.picture.relistQueues([message({ Event: 'QueueParams', Queue: name })]);
  await agentPause(control, name, '800', true);
  await agentLogout(control, '800', name);
  t.same(acts(), [name, name, name]);
});
