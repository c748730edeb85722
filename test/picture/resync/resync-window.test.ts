import t from 'tap';
import type { Change } from '../../../src/picture/model.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { pushesOf } from '../../oracle/replay.ts';
import { channel, event, none, settings } from '../messages.ts';

type Fields = Readonly<Record<string, string>>;

const trunk = { technology: 'SIP', name: 'trunk', address: 'fixed' } as const;
const phone = { technology: 'SIP', name: '801', address: 'registers' } as const;
const start = { ...none, endpoints: [trunk, phone] };

/** The caller, and the phone of the agent. */
const caller = (more: Fields = {}): Fields =>
  channel('SIP/trunk-1', 'p', { Context: 'queues', Exten: '600', CallerIDNum: '0999', ...more });
const agent = (more: Fields = {}): Fields => channel('SIP/801-2', 'a', { Linkedid: 'p', CallerIDNum: '801', ...more });
const listed = (fields: Fields, more: Fields): Fields => ({ ...fields, Duration: '00:00:10', ...more });
const inBridge = (fields: Fields, bridge: string): Fields => ({ ...fields, BridgeUniqueid: bridge });

/** A picture with its own clock. */
class Scene {
  readonly picture = new Picture(settings);
  readonly changes: Change[] = [];
  /** Seconds. */
  #now = 1_795_400_000;

  constructor() {
    this.changes.push(...this.picture.resync(start, this.#now * 1000));
  }

  /** An event, this many seconds after the one before. */
  on(name: string, fields: Fields, after = 0.01): this {
    this.#now += after;
    const message = event(name, { ...fields, Timestamp: this.#now.toFixed(6) });
    this.changes.push(...this.picture.apply(message, this.#now * 1000));
    return this;
  }

  /** 20 seconds pass unseen; then the lists are asked for. */
  gap(): this {
    this.#now += 20;
    this.picture.lost();
    this.picture.expectSnapshot();
    return this;
  }

  /** The lists are in. */
  lists(channels: readonly Fields[], queues: readonly (readonly [string, Fields])[] = []): this {
    const lists = {
      ...start,
      channels: channels.map((item) => event('CoreShowChannel', item)),
      queues: queues.map(([name, item]) => event(name, item)),
    };
    this.changes.push(...this.picture.resync(lists, this.#now * 1000));
    return this;
  }

  /** The caller comes to a queue. */
  joins(queue: string): this {
    const step = { ...caller(), Extension: queue, Priority: '2', Application: 'Queue', AppData: `${queue},t` };
    return this.on('Newexten', step, 1).on('QueueCallerJoin', { ...caller(), Queue: queue });
  }

  /** The caller waits in 600, where 801 is rung. */
  waits(): this {
    this.on('Newchannel', caller({ ChannelState: '4' })).joins('600');
    this.on('Newchannel', agent({ ChannelState: '0', ChannelStateDesc: 'Down' }));
    this.on('DialBegin', { ...caller(), DestUniqueid: 'a', DestChannel: 'SIP/801-2', DestCallerIDNum: '801' });
    return this.on('AgentCalled', { Uniqueid: 'p', Queue: '600', Interface: 'SIP/801' });
  }

  /** Both hang up. */
  ends(after = 0.01): this {
    this.on('Hangup', { ...caller(), Cause: '16', 'Cause-txt': 'Normal Clearing' }, after);
    return this.on('Hangup', { ...agent(), Cause: '16' });
  }

  /** All changes that are told of the calls. */
  told(): Fields[] {
    this.changes.push(...this.picture.tick(this.#now * 1000 + 5_000));
    return pushesOf([], this.changes).map(({ body }) => body as Fields);
  }

  /** The queues of the call-centre record, in words, and the agents that talked. */
  record(): unknown {
    const records = this.told().filter((body) => body['event'] === 'cc_cdr') as unknown as {
      queues: Fields[];
      agents: Fields[];
      incomplete: boolean;
    }[];
    return records.map(({ queues, agents, incomplete }) => ({
      queues: queues.map(({ queueCode, outcome }) => `${queueCode ?? ''} ${outcome ?? ''}`),
      agents: agents.map((one) => one['agent']),
      incomplete,
    }));
  }
}

const talking = [
  listed(caller(), { Application: 'Queue', ApplicationData: '600,t', BridgeId: 'B1' }),
  listed(agent(), { Application: 'AppQueue', BridgeId: 'B1' }),
];
const answered = [{ queues: ['600 answered'], agents: ['801'], incomplete: true }];

void t.test('contract §3.7: a call that was answered unseen, and was over before the lists came', (t) => {
  const leave = new Scene().waits().gap().on('BridgeLeave', inBridge(caller(), 'B1')).lists(talking);
  leave.on('BridgeLeave', inBridge(agent(), 'B1')).ends();
  t.match(leave.record(), answered, 'the caller left the bridge');

  const both = new Scene().waits().gap();
  for (const one of [agent(), caller()]) both.on('BridgeEnter', inBridge(one, 'B1'));
  for (const one of [agent(), caller()]) both.on('BridgeLeave', inBridge(one, 'B1'));
  t.match(both.lists(talking).ends().record(), answered, 'the whole conversation was seen, but for the queue’s word');

  const survey = new Scene().waits().gap();
  for (const one of [agent(), caller()]) survey.on('BridgeLeave', inBridge(one, 'B1'));
  survey.on('Newexten', { ...caller({ Context: 'feedback' }), Extension: 's', Priority: '1', Application: 'Read' });
  t.match(survey.lists(talking).ends(5).record(), [{ queues: ['600 answered'] }], 'the caller went on to the survey');
  t.end();
});

void t.test('a bridge that was entered unseen', (t) => {
  const moved = new Scene().on('Newchannel', caller()).on('Newchannel', agent());
  for (const one of [agent(), caller()]) moved.on('BridgeEnter', inBridge(one, 'B0'));
  moved.gap().on('BridgeLeave', inBridge(caller(), 'B1'));
  moved.lists([listed(caller(), { Application: 'Park', BridgeId: 'B1' }), listed(agent(), { BridgeId: 'B0' })]);
  t.equal(moved.picture.channels.get('p')?.bridge, '', 'and left since');
  t.same(moved.picture.peersOf(moved.picture.channels.get('a')!), []);

  const merged = new Scene().on('Newchannel', caller()).on('BridgeEnter', inBridge(caller(), 'B1')).gap();
  merged.on('BridgeLeave', inBridge(caller(), 'B1')).lists([listed(caller(), { Application: 'Dial', BridgeId: 'B2' })]);
  t.equal(merged.picture.channels.get('p')?.bridge, 'B2', 'before the one of old was left: a merge');
  t.end();
});

void t.test('contract §3.7: a caller leaves each queue before entering the next', (t) => {
  for (const isJoinEarly of [true, false]) {
    const scene = new Scene()
      .on('Newchannel', caller({ ChannelState: '4' }))
      .joins('600')
      .gap();
    const lists = [listed(caller(), { Application: 'Playback', BridgeId: '' })];
    if (isJoinEarly) scene.joins('601').lists(lists);
    else {
      const step = { ...caller(), Extension: '601', Priority: '2', Application: 'Queue', AppData: '601,t' };
      scene
        .on('Newexten', step)
        .lists(lists)
        .on('QueueCallerJoin', { ...caller(), Queue: '601' });
    }
    scene.on('QueueCallerAbandon', { ...caller(), Queue: '601' }, 60);
    scene.on('QueueCallerLeave', { ...caller(), Queue: '601' }).ends();
    const [record] = scene.told().filter((body) => body['event'] === 'cc_cdr') as unknown as { queues: Fields[] }[];
    t.match(record?.queues, [
      { queueCode: '600', queueTime: /^2[012]$/ },
      { queueCode: '601', queueTime: '60' },
    ]);
  }
  t.end();
});

void t.test('contract §3.7: a list that is ahead of the events adds no second queue visit', (t) => {
  const scene = new Scene().on('Newchannel', caller({ ChannelState: '4' })).gap();
  const entry = { Queue: '600', Uniqueid: 'p', Wait: '0' };
  const item = listed(caller(), { Application: 'Queue', ApplicationData: '600,t', BridgeId: '' });
  scene.lists([item], [['QueueEntry', entry]]).joins('600');
  scene
    .on('QueueCallerAbandon', { ...caller(), Queue: '600' }, 5)
    .on('QueueCallerLeave', { ...caller(), Queue: '600' });
  scene.on('VarSet', { ...caller(), Variable: 'QUEUESTATUS', Value: 'TIMEOUT' }).ends(1);
  t.match(scene.record(), [{ queues: ['600 timeout'] }]);
  t.end();
});

void t.test('contract §3.5: a caller for whom a menu rings a phone has left the menu', (t) => {
  const menu = { Context: 'ivr-610', Exten: 's' };
  const step = { ...caller(menu), Extension: 's', Priority: '1', Application: 'Background' };
  const scene = new Scene().on('Newchannel', caller({ ...menu, ChannelState: '4' })).on('Newexten', step);
  scene.on('Newexten', { ...step, Extension: '801', Application: 'Dial' }, 3);
  scene.on('Newchannel', agent({ ChannelState: '5', ChannelStateDesc: 'Ringing' }));
  scene.on('DialBegin', { ...caller(), DestUniqueid: 'a', DestChannel: 'SIP/801-2', DestCallerIDNum: '801' }).gap();
  const dialling = listed(caller(menu), { Application: 'Dial', ApplicationData: 'SIP/801', BridgeId: '' });
  const rung = listed(agent({ ChannelState: '5', ChannelStateDesc: 'Ringing' }), {
    Application: 'AppDial',
    BridgeId: '',
  });
  const told = scene.lists([dialling, rung]).ends(5).told();
  t.match(
    told.filter((body) => body['event'] === 'ivr'),
    [{ ivrId: '610' }],
  );
  t.equal(told.filter((body) => body['event'] === 'ivr').length, 1);
  t.end();
});

void t.test(
  'a place in a queue that is transferred while the lists are on their way belongs to the new caller',
  (t) => {
    const scene = new Scene().on('Newchannel', caller()).on('Newchannel', agent({ Linkedid: 'a' }));
    scene.on('Newexten', { ...agent(), Extension: '632', Priority: '2', Application: 'Queue', AppData: '632' });
    scene.on('QueueCallerJoin', { ...agent(), Queue: '632' });
    scene.picture.expectSnapshot();
    const asks = { Result: 'Success', TransfereeUniqueid: 'p', SecondTransfererUniqueid: 'a', DestType: 'App' };
    scene.on('AttendedTransfer', { ...asks, DestApp: 'Queue' }).on('Hangup', { ...agent(), Cause: '16' });
    scene.lists([], [['QueueEntry', { Queue: '632', Uniqueid: 'a', Wait: '1' }]]);
    t.same([...(scene.picture.queues.get('632')?.waiting.keys() ?? [])], ['p']);
    t.end();
  },
);
