import t from 'tap';
import { ccCdr } from '../../src/events/cc_cdr.ts';
import { disposition } from '../../src/events/disposition.ts';
import type { Call, Change } from '../../src/picture/model.ts';
import { Dispositions, type Order } from '../../src/work/dispositions.ts';
import { lab, mac, readTranscript, replay } from '../oracle/replay.ts';

const context = { mac, monitorDir: '/', ivrNames: lab.ivrNames };

interface Made {
  readonly dispositions: Dispositions;
  readonly told: Extract<Change, { type: 'disposition' }>[];
  readonly readied: string[];
  /** What the store is asked for. */
  readonly asked: string[];
}

/** Calls that are known, calls that wait for after-call work, and calls that the store has, as `id extension`. */
function made({
  live = [],
  waiting = [],
  stored = [],
  isMade = false,
}: {
  readonly live?: readonly Call[];
  readonly waiting?: readonly Call[];
  readonly stored?: readonly string[];
  readonly isMade?: boolean;
}): Made {
  const told: Made['told'] = [];
  const readied: string[] = [];
  const asked: string[] = [];
  const dispositions = new Dispositions({
    picture: { callById: (id) => live.find((call) => call.id === id) },
    waiting: (id) => waiting.find((call) => call.id === id),
    isStored: (callId, extension) => {
      asked.push(`${callId} ${extension ?? ''}`);
      const own = stored.filter((one) => one.startsWith(`${callId} `));
      return Promise.resolve(extension === undefined ? own.length > 0 : own.includes(`${callId} ${extension}`));
    },
    hasRecord: () => isMade,
    settled: () => Promise.resolve(),
    ready: (extension) => {
      readied.push(`${extension} after ${told.length}`);
    },
    now: () => 1_795_000_000_000,
    onChange: (change) => {
      told.push(change);
    },
  });
  return { dispositions, told, readied, asked };
}

const order = (callId: string, confinedTo: string | undefined, over: Partial<Order> = {}): Order => ({
  ...{ callId, confinedTo, code: 'sold', text: 'Sold', note: 'two of them', extension: confinedTo ?? '' },
  ...{ name: 'anna', isReady: false },
  ...over,
});

/** The call of a recorded scenario, from outside through the menu and queue 630 to 800. */
function recorded(): { readonly call: Call; readonly changes: readonly Change[] } {
  const { changes } = replay(readTranscript('22-pjsip', 'inbound-menu-queue'));
  const over = changes.find((change) => change.type === 'call-over');
  if (over === undefined) throw new Error('the scenario has no call of a queue');
  return { call: over.callerPath.call, changes };
}

const settledOf = (changes: readonly Change[]): Change => {
  const over = changes.find((change) => change.type === 'call-over');
  return { ...over!, type: 'call-settled', pauseTime: 7 };
};

void t.test('in time it is in the cc_cdr, the last one of several; always it is an event', async (t) => {
  const { call, changes } = recorded();
  const { dispositions, told, asked } = made({ waiting: [call] });
  t.strictSame(await dispositions.give(order(call.id, '800', { code: 'no', note: '' })), { inRecord: true });
  t.strictSame(await dispositions.give(order(call.id, '800')), { inRecord: true });
  t.same(asked, []);
  const record = ccCdr(settledOf(changes), context)!.body;
  t.match(record, { pauseTime: 7, disposition: 'sold', dispositionNote: 'two of them' });
  t.strictSame(Object.keys(record).slice(-4), ['parkedTime', 'disposition', 'dispositionNote', 'linkedid']);
  t.match(
    told.map((change) => disposition(change, context)?.body),
    [
      { event: 'disposition', uuid: call.id, agentCode: '800', name: 'anna', code: 'no', note: '', linkedid: call.id },
      { event: 'disposition', uuid: call.id, code: 'sold', text: 'Sold', note: 'two of them' },
    ],
  );
});

void t.test('without one, the cc_cdr is as it ever was', (t) => {
  const { changes } = recorded();
  t.notMatch(Object.keys(ccCdr(settledOf(changes), context)!.body).join(), 'disposition');
  t.end();
});

void t.test('too late it is an event only', async (t) => {
  const { call } = recorded();
  const late = made({ live: [call], isMade: true });
  t.strictSame(await late.dispositions.give(order(call.id, '800')), { inRecord: false });
  const later = made({ stored: [`${call.id} 800`] });
  t.strictSame(await later.dispositions.give(order(call.id, '800')), { inRecord: false });
  t.strictSame(later.asked, [`${call.id} 800`]);
  t.match(disposition(later.told[0]!, context), { class: 'record', callId: call.id, body: { linkedid: call.id } });
  t.strictSame(await later.dispositions.give(order(call.id, undefined)), { inRecord: false }, 'a supervisor’s');
});

void t.test('agents: their own calls only; a phone that only rang has no part in one', async (t) => {
  const { call } = recorded();
  const { dispositions, told, readied } = made({ live: [call], stored: ['1.2 800'] });
  for (const [callId, extension] of [
    [call.id, '805'],
    ['1.2', '801'],
    ['1.3', '800'],
  ] as const) {
    await t.rejects(dispositions.give(order(callId, extension, { isReady: true })), {
      kind: 'not-found',
      message: 'no such call of yours',
    });
  }
  await t.rejects(dispositions.give(order('1.3', undefined)), { kind: 'not-found', message: 'no such call' });
  t.same([told, readied], [[], []]);
  const { changes } = replay(readTranscript('22-pjsip', 'queue-ringall'));
  const ringall = changes.flatMap((change) => (change.type === 'call-over' ? change.callerPath : []))[0]!;
  const rung = ringall.call.legs.map(({ extension }) => extension).find((extension) => extension !== ringall.agent);
  const all = made({ live: [ringall.call] });
  t.ok(rung, 'several rang');
  await t.rejects(all.dispositions.give(order(ringall.call.id, rung)), { message: 'no such call of yours' });
  await all.dispositions.give(order(ringall.call.id, ringall.agent));
  t.equal(all.told.length, 1);
});

void t.test('the caller’s own phone, and who answered a direct call', async (t) => {
  const { picture, changes } = replay(readTranscript('22-pjsip', 'internal-caller-hangs-up'));
  t.equal(picture.calls.size, 1);
  const [call] = picture.calls.values();
  const talked = changes.flatMap((change) => (change.type === 'dial-answer' ? change.leg : []))[0]!;
  const { dispositions, told } = made({ live: [call!] });
  t.strictSame(
    await dispositions.give(order(call!.id, talked.caller.num)),
    { inRecord: false },
    'it will have no cc_cdr',
  );
  await dispositions.give(order(call!.id, talked.extension));
  t.equal(told.length, 2);
});

void t.test('ready ends the after-call work of whose it is, once it is told', async (t) => {
  const { call } = recorded();
  const { dispositions, readied } = made({ waiting: [call] });
  await dispositions.give(order(call.id, '800', { isReady: true }));
  t.same(readied, ['800 after 1']);
});
