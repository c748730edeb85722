import t from 'tap';
import { withRefusals } from '../../src/ami/refusals.ts';
import type { ListTaker } from '../../src/snapshot/relist.ts';
import { Relist } from '../../src/snapshot/relist.ts';
import type { Change } from '../../src/picture/model.ts';
import { FakeClock } from '../push/fakes.ts';
import { deps, FakeAsterisk, listed, message } from '../control/fake.ts';

function relisting(): {
  ami: FakeAsterisk;
  clock: FakeClock;
  own: ReturnType<typeof deps>;
  relist: Relist;
  told: Change[];
  asked: () => string[];
} {
  const ami = new FakeAsterisk().answer('QueueStatus', listed({ Location: 'PJSIP/800', Name: '800' }));
  const own = deps(ami);
  const clock = new FakeClock();
  const told: Change[] = [];
  const times = { shortest: 1_000, longest: 8_000, period: 9_000 };
  const { picture } = own;
  const news = ({ changes, isNews }: { readonly changes: readonly Change[]; readonly isNews: boolean }): boolean => {
    told.push(...changes);
    return isNews;
  };
  const taker: ListTaker = {
    expectList: (list) => {
      if (list === 'hints') picture.expectHints();
      else picture.expectQueues();
    },
    takeHints: (items) => news(picture.relistHints(items, clock.now())),
    takeQueues: (items, queue) => news(picture.relistQueues(items, queue)),
    takeEndpoints: (endpoints) => picture.relistEndpoints(endpoints),
  };
  const relist = new Relist({ ami: withRefusals(ami), log: own.log, clock, times, taker: () => taker });
  const asked = (): string[] =>
    ami.asked.splice(0).map(({ name, fields }) => [name, ...Object.values(fields)].join(' '));
  return { ami, clock, own, relist, told, asked };
}

const all = ['ExtensionStateList', 'QueueStatus', 'SIPpeers', 'PJSIPShowEndpoints', 'PJSIPShowAors'];

void t.test('every list is read anew, now and then', async (t) => {
  const { clock, own, relist, told, asked } = relisting();
  relist.start();
  await clock.advance(9_000);
  t.same(asked(), all.slice(0, 2));
  await clock.advance(36_000);
  t.same(asked().slice(-5).toSorted(), all.toSorted(), 'phones and trunks more seldom');
  t.same([...(own.picture.queues.get('630')?.members.keys() ?? [])], ['PJSIP/800']);
  t.same(own.picture.directory.devicesOf('800'), [], 'an endpoint that is gone is nobody’s phone');
  t.same(told, []);
  relist.stop();
});

void t.test('only the list that an event says is outdated', async (t) => {
  const { clock, own, relist, told, asked } = relisting();
  relist.start();
  await clock.advance(2_000);
  const apply = (fields: Readonly<Record<string, string>>): void => {
    for (const change of own.picture.apply(message(fields), 0)) if (change.type === 'outdated') relist.want(change);
  };
  apply({ Event: 'QueueMemberStatus', Queue: '630', Interface: 'PJSIP/800' });
  await clock.advance(0);
  t.same(asked(), ['QueueStatus']);
  await clock.advance(2_000);
  apply({ Event: 'QueueMemberRemoved', Queue: '630', Interface: 'PJSIP/800' });
  await clock.advance(0);
  t.same(asked(), ['QueueStatus 630'], 'of a queue that is known, that queue');
  apply({ Event: 'ExtensionStatus', Exten: '800', Context: 'internal', Hint: 'PJSIP/800', Status: '0' });
  await clock.advance(0);
  t.same(asked(), ['ExtensionStateList']);
  t.same(told, []);
  apply({ Event: 'Hangup', Uniqueid: '1' });
  await clock.advance(1_000);
  t.same(asked(), []);
  relist.reloaded();
  await clock.advance(500);
  t.same(asked(), [], 'modules need a moment to read their files');
  await clock.advance(7_500);
  t.same(asked().toSorted(), all.toSorted(), 'all of them');
  relist.stop();
});

void t.test('an answer to a question of before a loss of the connection is dropped', async (t) => {
  const { ami, clock, own, relist, asked } = relisting();
  const { list } = ami;
  const late = Promise.withResolvers<undefined>();
  ami.list = async (...question) => {
    await late.promise;
    return list(...question);
  };
  relist.start();
  const done = relist.queueNow('630');
  await clock.advance(0);
  relist.stop();
  late.resolve(undefined);
  await done;
  t.same(asked(), ['QueueStatus 630']);
  t.equal(own.picture.queues.size, 0);
});

void t.test('that Asterisk does not answer is logged once', async (t) => {
  const { ami, clock, own, relist } = relisting();
  ami.answer('ExtensionStateList', new Error('x'), new Error('x'), [], new Error('x'));
  relist.start();
  await clock.advance(40_000);
  t.match(own.logged, [['warning', /hints/]]);
  relist.stop();
});

void t.test('phones and trunks are asked for at the first sign of a new one', async (t) => {
  const { ami, clock, own, relist, asked } = relisting();
  own.picture.relistEndpoints([{ technology: 'PJSIP', name: '800', address: 'registers' }]);
  relist.start();
  await clock.advance(2_000);
  const calls = (channel: string, n: number): void => {
    const fields = { Event: 'Newchannel', Channel: channel, Uniqueid: `1.${n}`, Linkedid: `1.${n}`, Exten: '630' };
    for (const change of own.picture.apply(message(fields), 0)) if (change.type === 'outdated') relist.want(change);
  };
  for (const [n, known] of ['PJSIP/800-1', 'Local/890@internal-1;1', 'DAHDI/1-1'].entries()) calls(known, n);
  await clock.advance(0);
  t.same(asked(), []);
  calls('PJSIP/890-1', 9);
  await clock.advance(1_000);
  t.same(asked().toSorted(), all.slice(2).toSorted(), 'a channel of a device that was not listed');
  await clock.advance(5_000);
  ami.answer('ExtensionStateList', listed({ Exten: '891', Context: 'internal', Hint: 'PJSIP/891', Status: '0' }));
  await clock.advance(9_000);
  t.ok(asked().includes('PJSIPShowEndpoints'), 'a hint that is new');
  relist.stop();
});

void t.test('however many channels of unknown devices there are, phones are asked for seldom', async (t) => {
  const { clock, own, relist, asked } = relisting();
  relist.start();
  for (let n = 0; n < 600; n++) {
    own.picture.relistEndpoints([{ technology: 'SIP', name: '800', address: 'registers' }]);
    const fields = { Event: 'Newchannel', Channel: `SIP/192.0.2.1-${n}`, Uniqueid: `1.${n}`, Linkedid: `1.${n}` };
    for (const change of own.picture.apply(message(fields), 0)) if (change.type === 'outdated') relist.want(change);
    await clock.advance(100);
  }
  t.ok(asked().filter((name) => name === 'SIPpeers').length <= 60, 'once a second at most');
  relist.stop();
});
