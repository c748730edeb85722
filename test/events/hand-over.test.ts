import assert from 'node:assert/strict';
import t from 'tap';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { setups } from '../lab/setup.ts';
import { readTranscript, replay } from '../oracle/replay.ts';

/** Where the caller may be in the dialplan while they are handed over. */
const places = {
  queue: ['Context', 'queues', 'Extension', '630', 'Priority', '5', 'Application', 'Queue', 'AppData', '630,tkc'],
  menu: ['Context', 'ivr-610', 'Extension', 's', 'Priority', '1', 'Application', 'Read', 'AppData', 'KEY'],
  survey: ['Context', 'feedback', 'Extension', 's', 'Priority', '1', 'Application', 'Set', 'AppData', 'SCORE='],
};

/** What Asterisk was seen to send of a transferer's second channel: the caller's place in the dialplan is its own. */
function callersStep(channel: AmiMessage, place: keyof typeof places, at: string): AmiMessage {
  const named = ['Channel', 'Uniqueid', 'Linkedid'].flatMap((name) => [name, channel.get(name)]);
  return new MessageCopy(['Event', 'Newexten', 'Timestamp', at, ...named, ...places[place]]);
}

for (const setup of setups) {
  void t.test(`${setup}: contract §3.7: who asks a colleague before an attended hand-over goes nowhere`, (t) => {
    const transcript = readTranscript(setup, 'queue-transfer-attended');
    const { events } = transcript;
    const handOver = events.findIndex(({ name }) => name === 'AttendedTransfer');
    const asker = events[handOver]?.get('SecondTransfererUniqueid') ?? '';
    const own = (event: AmiMessage): boolean => event.get('Uniqueid') === asker;
    const created = events.find((event) => event.name === 'Newchannel' && own(event));
    const left = events.findIndex((event) => event.name === 'BridgeLeave' && own(event));
    const ended = events.findIndex((event) => event.name === 'Hangup' && own(event));
    assert(created !== undefined);
    t.ok(left > 0 && ended > left, 'it leaves its bridge and ends');
    const records = (played: readonly AmiMessage[]): unknown[] =>
      replay(transcript, played).pushes.filter(({ body }) => ['cc_cdr', 'ivr'].includes(body.event));
    const usual = records(events);
    t.equal(usual.length, 1, 'the caller’s record');
    for (const place of ['queue', 'menu', 'survey'] as const) {
      for (let at = left + 1; at <= ended; at++) {
        const step = callersStep(created, place, events[at]?.get('Timestamp') ?? '');
        const played = [...events.slice(0, at), step, ...events.slice(at)];
        t.same(records(played), usual, `a step into a ${place} at ${at} of ${left} to ${ended}`);
      }
    }
    t.end();
  });
}
