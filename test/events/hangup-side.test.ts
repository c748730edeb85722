import t from 'tap';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { setups } from '../lab/setup.ts';
import { event } from '../picture/messages.ts';
import { readTranscript, replay } from '../oracle/replay.ts';

/** Events of 800's call, in the order of a transcript in which 800 hangs up by a key, and the caller in the survey. */
interface Call {
  readonly events: readonly AmiMessage[];
  /** The word that 800 pressed it. */
  readonly key: AmiMessage;
  /** 800 leaves the bridge. */
  readonly over: AmiMessage;
  /** The caller's channel, as an event has it. */
  readonly caller: Readonly<Record<string, string>>;
}

const secondsOf = (message: AmiMessage): number => Number(message.get('Timestamp'));

/** The same event so many seconds later. */
function later(message: AmiMessage, seconds: number): AmiMessage {
  const names = ['Event', 'Channel', 'Uniqueid', 'Linkedid', 'Digit', 'Direction'];
  const fields = names.flatMap((name) => [name, message.get(name)]);
  return new MessageCopy([...fields, 'Timestamp', (secondsOf(message) + seconds).toFixed(6)]);
}

void t.test('contract §3.7 hangupSide: who pressed the last key, when nobody asked to hang up', (t) => {
  for (const setup of setups) {
    const { events, ...lists } = readTranscript(setup, 'queue-key-agent');
    const find = (is: (message: AmiMessage) => boolean): AmiMessage => events.find(is) ?? event('none', {});
    const key = find((message) => message.name === 'DTMFEnd' && message.get('Digit') === '*');
    const over = find((message) => message.name === 'BridgeLeave' && message.get('Channel').includes('/800-'));
    const joined = find(({ name }) => name === 'QueueCallerJoin');
    const caller = {
      ...{ Channel: joined.get('Channel'), Uniqueid: joined.get('Uniqueid'), Linkedid: joined.get('Linkedid') },
      ...{ ChannelState: '6', ChannelStateDesc: 'Up', CallerIDNum: joined.get('CallerIDNum') },
    };
    const sideOf = (change: (call: Call) => AmiMessage[]): unknown => {
      const changed = change({ events, key, over, caller }).sort((a, b) => secondsOf(a) - secondsOf(b));
      const { pushes } = replay({ ...lists, events: changed });
      return pushes.map(({ body }) => body).find((body) => body.event === 'cc_cdr')?.['hangupSide'];
    };
    const without = (call: Call, ...gone: AmiMessage[]): AmiMessage[] =>
      call.events.filter((message) => !gone.includes(message));
    const at = (name: string, seconds: number, more: Record<string, string> = {}): AmiMessage =>
      event(name, { ...caller, ...more, Timestamp: (secondsOf(over) + seconds).toFixed(6) });
    const received = { Direction: 'Received' };
    const request = find((message) => message.name === 'HangupRequest' && message.get('Uniqueid') === caller.Uniqueid);

    t.equal(
      sideOf((call) => [...call.events]),
      'agent',
      `${setup}: 800 did`,
    );
    t.equal(
      sideOf((call) => without(call, request)),
      'agent',
      `${setup}: and the caller never`,
    );
    t.equal(
      sideOf((call) => without(call, key, request)),
      'system',
      `${setup}: no key, no request`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), later(key, -1)]),
      'system',
      `${setup}: a key pressed a second before is none that hangs up`,
    );
    t.equal(
      sideOf((call) => [...call.events, at('HangupRequest', -0.001)]),
      'caller',
      `${setup}: a key that begins something, and then the caller hangs up`,
    );
    t.equal(
      sideOf((call) => [...call.events, later(key, -0.1), at('DTMFEnd', -0.2, { Digit: '1', Direction: 'Received' })]),
      'agent',
      `${setup}: both press keys, the last counts`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), at('DTMFEnd', -0.02, { Digit: '*', Direction: 'Sent' })]),
      'system',
      `${setup}: the caller hears a key`,
    );
    const pressed = (digit: string, seconds: number): AmiMessage =>
      at('DTMFEnd', seconds, { ...received, Digit: digit });
    t.equal(
      sideOf((call) => [...without(call, key, request), pressed('5', -0.02)]),
      'system',
      `${setup}: a digit, pressed by chance when a time limit ends the call, is no feature code`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), pressed('*', -3), pressed('5', -0.02)]),
      'system',
      `${setup}: nor are two keys so far apart one code`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), pressed('*', -0.3), pressed('0', -0.02)]),
      'caller',
      `${setup}: the code *0`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), pressed('9', -0.5), pressed('#', -0.3), pressed('#', -0.02)]),
      'caller',
      `${setup}: the code ## behind another key`,
    );
    t.equal(
      sideOf((call) => [...without(call, key, request), at('HangupRequest', 0.02)]),
      'caller',
      `${setup}: a hang-up told shortly after the end of the conversation ended it`,
    );
    const lot = { BridgeUniqueid: 'lot', BridgeTechnology: 'holding_bridge' };
    t.equal(
      sideOf((call) => [
        ...without(call, request),
        ...[at('BridgeEnter', 0.01, lot), at('HangupRequest', 0.04), at('BridgeLeave', 0.04, lot)],
      ]),
      'caller',
      `${setup}: 800 parks the caller by a key, who gives up in the lot`,
    );
  }
  t.end();
});

void t.test(
  'contract §3.7 hangupSide: a phone that hangs up after it handed the caller over did not end the call',
  (t) => {
    for (const setup of setups) {
      const { events, ...lists } = readTranscript(setup, 'queue-transfer-unanswered');
      const transfer = events.find(({ name }) => name === 'BlindTransfer') ?? event('none', {});
      const transferer = transfer.get('TransfererUniqueid');
      const left = events.find((message) => message.name === 'BridgeLeave' && message.get('Uniqueid') === transferer);
      const sideOf = (seconds: number): unknown => {
        const request = event('HangupRequest', {
          ...{ Channel: transfer.get('TransfererChannel'), Uniqueid: transferer },
          ...{ Linkedid: transfer.get('TransfererLinkedid'), Timestamp: (secondsOf(transfer) + seconds).toFixed(6) },
        });
        const at = events.findIndex((message) => secondsOf(message) > secondsOf(request));
        const { pushes } = replay({ ...lists, events: events.toSpliced(at, 0, request) });
        return pushes.map(({ body }) => body).find((body) => body.event === 'cc_cdr')?.['hangupSide'];
      };
      t.ok(
        left !== undefined && secondsOf(left) > secondsOf(transfer),
        `${setup}: it is in the bridge a moment longer`,
      );
      t.equal(sideOf(0.0005), 'system', setup);
    }
    t.end();
  },
);
