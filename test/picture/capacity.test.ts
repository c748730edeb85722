import t from 'tap';
import { Overflow } from '../../src/snapshot/overflow.ts';
import { Picture } from '../../src/picture/picture.ts';
import { memoryLog } from '../http/client.ts';
import { channel, event, none, settings } from './messages.ts';

/** One channel of many. */
const one = (index: number): Record<string, string> =>
  channel(`PJSIP/800-${index.toString(16)}`, `1795379571.${index}`);

void t.test('too many channels: bounded, logged once, and whole again later', (t) => {
  const picture = new Picture(settings);
  const log = memoryLog();
  const overflow = new Overflow(picture, log);
  picture.resync(none, 1_000);
  for (let index = 0; index < 50_000; index++) {
    picture.apply(event('Newchannel', one(index)), 1_000);
    if (index % 1_000 === 0) t.notOk(overflow.tick());
  }
  t.equal(picture.channels.size, 5_000);
  t.equal(picture.calls.size, 5_000);
  t.strictSame(log.lines, ['warning Asterisk tells of more than 5000 channels: those beyond are not followed']);
  const told = picture.apply(event('Hangup', one(40_000)), 2_000);
  t.strictSame(told, [], 'of one that is not followed nothing is told');
  const types = picture.apply(event('Hangup', one(7)), 2_000).map(({ type }) => type);
  t.strictSame(types, ['hangup', 'call-gone'], 'of those that are, all is');
  picture.lost();
  picture.resync({ ...none, channels: [one(8), one(40_001)].map((item) => event('CoreShowChannel', item)) }, 3_000);
  t.ok(overflow.tick(), 'the lists are asked for');
  t.strictSame([...picture.channels.keys()], ['1795379571.8', '1795379571.40001']);
  t.notOk(overflow.tick());
  t.equal(log.lines.length, 2);
  t.end();
});

void t.test('a call that grows for ever: bounded, logged once, and logged again the next time', (t) => {
  const picture = new Picture(settings);
  const log = memoryLog();
  const overflow = new Overflow(picture, log);
  const at = 1_000;
  picture.resync(none, at);
  const first = one(0);
  const uniqueid = first['Uniqueid'];
  picture.apply(event('Newchannel', first), at);
  const dest = (fields: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [`Dest${name}`, value]));
  for (let index = 1; index < 15_100; index++) {
    const next = { ...one(index), Linkedid: uniqueid ?? '' };
    picture.apply(event('Newchannel', next), at);
    picture.apply(event('DialBegin', { ...first, ...dest(next), DialString: '800' }), at);
    picture.apply(event('VarSet', { ...first, Variable: 'MIXMONITOR_FILENAME', Value: `/${index}.wav` }), at);
    picture.apply(event('Hangup', next), at);
  }
  const [call] = picture.calls.values();
  t.equal(picture.calls.size, 1);
  t.ok((call?.channels.size ?? Infinity) <= 15_000);
  t.ok((call?.legs.length ?? Infinity) <= 10_000);
  t.equal(call?.recordings.length, 1_000);
  t.equal(picture.callOf('1795379571.1'), undefined, 'the oldest are forgotten');
  t.equal(picture.callOf(`1795379571.15099`), call, 'the newest are known');
  t.notOk(overflow.tick());
  t.notOk(overflow.tick());
  t.strictSame(log.lines.toSorted(), [
    'warning Asterisk tells of more than 1000 recordings in one call: those beyond are not followed',
    'warning Asterisk tells of more than 10000 dialled legs in one call: those beyond are not followed',
  ]);
  picture.apply(event('Hangup', first), at);
  picture.tick(at + 60_000);
  t.notOk(overflow.tick(), 'no channel was turned away that a list could name');
  t.strictSame(picture.full, []);
  picture.apply(event('Newchannel', one(30_000)), at + 60_000);
  t.equal(picture.channels.size, 1, 'calls are followed again');
  t.end();
});

void t.test('what was full for less than a second is logged too', (t) => {
  const picture = new Picture(settings);
  const log = memoryLog();
  const overflow = new Overflow(picture, log);
  for (const name of ['Newchannel', 'Hangup']) {
    for (let index = 0; index < 5_001; index++) picture.apply(event(name, one(index)), 1_000);
  }
  t.ok(overflow.tick());
  t.match(log.lines, [/^warning .* more than 5000 channels/, /^info there is room again/]);
  t.end();
});

void t.test('channels, queues, members, hints and ended calls are bounded', (t) => {
  const picture = new Picture(settings);
  const items = Array.from({ length: 12_000 }, (_, index) => index);
  picture.resync({ ...none, channels: items.map((index) => event('CoreShowChannel', one(index))) }, 1_000);
  t.equal(picture.channels.size, 5_000);
  const hints = items.map((index) =>
    event('ExtensionStatus', {
      Exten: String(10_000 + index),
      Context: 'internal',
      Hint: 'PJSIP/1',
      Status: '0',
      StatusText: 'Idle',
    }),
  );
  picture.relistHints(hints, 1_000);
  for (const index of items) {
    picture.apply(event('QueueMemberAdded', { Queue: '630', Interface: `PJSIP/${index}` }), 1_000);
    picture.apply(event('QueueMemberAdded', { Queue: `q${index}`, Interface: 'PJSIP/800' }), 1_000);
  }
  t.equal(picture.queues.size, 1_000);
  t.equal(picture.queues.get('630')?.members.size, 5_000);
  t.ok(picture.directory.hints.size <= 10_000);
  t.strictSame(picture.full, ['5000 channels', '10000 extensions', '1000 queues', '5000 members']);
  const churn = new Picture(settings);
  for (let index = 0; index < 30_000; index++) {
    churn.apply(event('Newchannel', one(index)), 1_000);
    churn.apply(event('Hangup', one(index)), 1_000);
  }
  t.equal(churn.channels.size, 0);
  t.equal(churn.calls.size, 10_000);
  t.notOk(churn.callOf('1795379571.7'));
  t.end();
});

void t.test('a busy queue that tries its members again and again: every call is seen', (t) => {
  const picture = new Picture(settings);
  let now = 1_000;
  let made = 0;
  picture.resync(none, now);
  const next = (name: string, linkedid?: string): Record<string, string> => {
    const uniqueid = `1795379571.${++made}`;
    return channel(`${name}-${made.toString(16)}`, uniqueid, { Linkedid: linkedid ?? uniqueid });
  };
  const agents = Array.from({ length: 30 }, (_, index) => `Local/${800 + index}@from-queue`);
  const waiting: { readonly fields: Record<string, string>; readonly since: number }[] = [];
  for (let second = 0; second < 1_800; second += 5) {
    now += 5_000;
    if (second % 10 === 0) {
      const fields = next('PJSIP/trunk');
      picture.apply(event('Newchannel', fields), now);
      t.ok(picture.channels.has(fields['Uniqueid'] ?? ''), `the call of second ${second}`);
      waiting.push({ fields, since: second });
    }
    for (const { fields } of waiting) {
      const tried = agents.flatMap((agent) => [next(agent, fields['Uniqueid']), next(agent, fields['Uniqueid'])]);
      for (const name of ['Newchannel', 'Hangup']) for (const one of tried) picture.apply(event(name, one), now);
    }
    while (waiting[0] !== undefined && second - waiting[0].since >= 60) {
      picture.apply(event('Hangup', waiting.shift()?.fields ?? {}), now);
    }
    picture.tick(now);
  }
  t.strictSame(picture.full, []);
  t.end();
});

void t.test('a caller who waits for hours: the leg of who answers at last is told', (t) => {
  const picture = new Picture(settings);
  const caller = one(0);
  picture.resync(none, 1_000);
  picture.apply(event('Newchannel', caller), 1_000);
  const told: string[] = [];
  for (let index = 1; index <= 12_000; index++) {
    const now = 1_000 + index * 2_000;
    const phone = { ...one(index), Linkedid: caller['Uniqueid'] ?? '' };
    const dest = Object.fromEntries(Object.entries(phone).map(([name, value]) => [`Dest${name}`, value]));
    picture.apply(event('Newchannel', phone), now);
    const changes = [
      ...picture.apply(event('DialBegin', { ...caller, ...dest, DialString: '800' }), now),
      ...picture.apply(event('DialEnd', { ...caller, ...dest, DialStatus: 'NOANSWER' }), now),
      ...picture.apply(event('Hangup', phone), now),
    ];
    told.push(...changes.map(({ type }) => type));
  }
  const count = (type: string): number => told.filter((one) => one === type).length;
  t.equal(count('dial-begin'), 12_000);
  t.equal(count('dial-end'), 12_000, 'exactly one for each');
  t.strictSame(picture.full, []);
  t.end();
});
