import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Decoder } from '../../src/ami/decoder.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { changeUser, conferences, conferenceUsers, lockConference } from '../../src/control/conferences.ts';
import { joinConference } from '../../src/control/join-conference.ts';
import { setups } from '../lab/setup.ts';
import type { Setup } from '../lab/setup.ts';
import { whole } from '../ami/whole.ts';
import { controlled, deps, FakeAsterisk, refusal, response, rings } from './fake.ts';

const greeting = 'Asterisk Call Manager/5.0.4\r\n';

/** What comes of bytes of Asterisk, and how much of it the decoder takes for forged. */
function decoded(bytes: Buffer): { messages: AmiMessage[]; forged: number } {
  const messages: AmiMessage[] = [];
  let forged = 0;
  const decoder = new Decoder({
    events: new Set(),
    variables: () => false,
    onGreeting: () => undefined,
    onMessage: (message) => messages.push(message.copy()),
    onForged: () => forged++,
  });
  decoder.correlate = true;
  decoder.push(Buffer.concat([Buffer.from(greeting), bytes]));
  return { messages, forged };
}

/** Asterisk's recorded answers (`confbridge/<set-up>.ami`), by what was asked. */
function recorded(setup: Setup): (id: string) => AmiMessage | readonly AmiMessage[] {
  const { messages, forged } = decoded(readFileSync(join(import.meta.dirname, 'confbridge', `${setup}.ami`)));
  t.equal(forged, 0, `${setup}: all is as Asterisk writes it`);
  return (id) => {
    const own = messages.filter((message) => message.get('ActionID') === id);
    const items = own.filter((message) => message.type === 'event' && message.get('EventList') === '');
    const [first] = own;
    if (first === undefined) throw new Error(`${id} was not recorded`);
    return items.length > 0 ? items : first;
  };
}

for (const setup of setups) {
  void t.test(`contract §5.2 conferences as Asterisk lists them, ${setup}`, async (t) => {
    const answer = recorded(setup);
    const ami = new FakeAsterisk();
    const own = deps(ami);
    const tech = setup === '16-sip' ? 'SIP' : 'PJSIP';
    const none = { kind: 'not-found', message: 'No Conference by that name found.' };
    ami.answer('ConfbridgeListRooms', answer('none'), answer('rooms'), answer('rooms-locked'));
    t.strictSame(await conferences(own), []);
    const room = { name: '680', parties: '2', marked: '0', locked: 'No', muted: 'No' };
    t.strictSame(await conferences(own), [room]);
    t.strictSame(await conferences(own), [{ ...room, locked: 'Yes' }]);

    ami.answer('ConfbridgeList', ...['none-users', 'no-room', 'users', 'users-muted'].map(answer));
    await t.rejects(conferenceUsers(own, '680'), none);
    await t.rejects(conferenceUsers(own, '681'), none);
    for (const muted of ['No', 'Yes']) {
      const users = await conferenceUsers(own, '680');
      t.match(users.map(({ callerIdNum }) => callerIdNum).sort(), ['800', '801']);
      const user = users.find(({ callerIdNum }) => callerIdNum === '801')!;
      t.match(user, { callerIdName: 'Agent 801', admin: 'No', marked: 'No', muted, answeredTime: /^\d+$/ });
      t.match(user, { channel: new RegExp(`^${tech}/801-0000000`), uniqueid: /^\d+\.\d+$/ });
      t.equal(user.exten, tech === 'PJSIP' ? '801' : '', 'the picture knows the phones of PJSIP');
    }

    ami.answer('ConfbridgeLock', ...['none-lock', 'lock-no-room', 'lock'].map(answer));
    await t.rejects(lockConference(own, 'Lock', '680'), none);
    await t.rejects(lockConference(own, 'Lock', '681'), none);
    await lockConference(own, 'Lock', '680');
    ami.answer('ConfbridgeUnlock', answer('unlock'));
    await lockConference(own, 'Unlock', '680');

    ami.answer('ConfbridgeList', answer('users'));
    const { channel } = (await conferenceUsers(own, '680'))[1]!;
    for (const [change, done] of [
      ['Mute', 'mute'],
      ['Unmute', 'unmute'],
      ['Kick', 'kick'],
    ] as const) {
      ami.answer(`Confbridge${change}`, answer(done));
      await changeUser(own, change, '680', channel);
      t.match(ami.asked.at(-1), { name: `Confbridge${change}`, fields: { Conference: '680', Channel: channel } });
      const asked = ami.count(`Confbridge${change}`);
      for (const bad of ['all', 'participants', `${tech}/80`, channel.slice(0, -1), `${channel}0`]) {
        await t.rejects(changeUser(own, change, '680', bad), {
          kind: 'not-found',
          message: /^No Channel by that name/,
        });
      }
      t.equal(ami.count(`Confbridge${change}`), asked, 'Asterisk would take the beginning of a name');
    }
    ami.answer('ConfbridgeKick', answer('kick-stranger'));
    await t.rejects(changeUser(own, 'Kick', '680', channel), refusal('not-found'), 'gone meanwhile');
  });
}

void t.test('contract §5.2: an Asterisk that cannot say is no empty list', async (t) => {
  const ami = new FakeAsterisk();
  const own = deps(ami);
  ami.answer(
    'ConfbridgeListRooms',
    response('!Invalid/unknown command: ConfbridgeListRooms. Use Action: ListCommands to show available commands.'),
    response('!Permission denied'),
  );
  await t.rejects(conferences(own), { kind: 'unavailable', message: /app_confbridge is not loaded/ });
  await t.rejects(conferences(own), refusal('unavailable'));
});

void t.test('a caller’s own lines in the list of a conference change nothing of it', (t) => {
  const item = (number: string): string =>
    whole([
      'Event: ConfbridgeList',
      'ActionID: a-1',
      'Conference: 680',
      'Muted: No',
      'Channel: PJSIP/trunk-00000001',
      `CallerIDNum: ${number}`,
      'Uniqueid: 1.1',
    ]);
  const more =
    '1\r\n\r\nEvent: ConfbridgeList\r\nActionID: a-1\r\nConference: 680\r\nChannel: PJSIP/801-00000001\r\n\r\n';
  const end = 'Event: ConfbridgeListComplete\r\nActionID: a-1\r\nEventList: Complete\r\n\r\n';
  const { messages, forged } = decoded(Buffer.from(item(more) + item('2') + end));
  t.equal(forged, 1);
  t.strictSame(
    messages.map((message) => [message.name, message.get('Channel'), message.get('CallerIDNum')]),
    [
      ['ConfbridgeList', 'PJSIP/trunk-00000001', '1'],
      ['ConfbridgeList', 'PJSIP/trunk-00000001', '2'],
      ['ConfbridgeListComplete', '', ''],
    ],
  );
  t.end();
});

void t.test('contract §5.2 join-conf', async (t) => {
  const { ami, control } = controlled();
  t.strictSame(await joinConference(control, '680', ['800', '899', '801']), [
    { exten: '800', status: 'Success' },
    { exten: '899', status: 'Extension does not exist.' },
    { exten: '801', status: 'Success' },
  ]);
  t.same(rings(ami), ['PJSIP/800', 'PJSIP/801']);
  t.match(ami.asked.at(-1), { fields: { Application: 'ConfBridge', Data: '680', Async: 'true' } });
  await t.rejects(joinConference(control, '680', ['899', '898']), refusal('not-found'));
});
