import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { setups } from '../lab/setup.ts';
import { event } from '../picture/messages.ts';
import type { Transcript } from '../oracle/replay.ts';
import { readTranscript, replay } from '../oracle/replay.ts';

/** An event on the channel of another one, right after it. */
function on(message: AmiMessage, name: string, more: Record<string, string> = {}): AmiMessage {
  return event(name, {
    ...{ Channel: message.get('Channel'), Uniqueid: message.get('Uniqueid'), Linkedid: message.get('Linkedid') },
    ...{ Timestamp: message.get('Timestamp'), ...more },
  });
}

const recording = (message: AmiMessage, file: string): AmiMessage =>
  on(message, 'VarSet', { Variable: 'MIXMONITOR_FILENAME', Value: `/rec/${file}` });

/** A transcript in which nothing is recorded, but for what `added` puts after an event. */
function recorded(transcript: Transcript, added: (message: AmiMessage) => readonly AmiMessage[]): Transcript {
  const events = transcript.events.filter((message) => message.get('Variable') !== 'MIXMONITOR_FILENAME');
  return { ...transcript, events: events.flatMap((message) => [message, ...added(message)]) };
}

/** The recordings that the answered rows of a call's channels name, and its call-centre record. */
function named(transcript: Transcript): { readonly rows: unknown[]; readonly call: unknown[] } {
  const bodies = replay(transcript).pushes.map(({ body }) => body);
  const rows = bodies.filter((body) => body.event === 'cdr' && body['disposition'] === 'ANSWERED');
  const calls = bodies.filter((body) => body.event === 'cc_cdr');
  return { rows: rows.map((body) => body['recordfile']), call: calls.map((body) => body['filePath']) };
}

const extension = (message: AmiMessage): string => /\/(80\d)-/.exec(message.get('Channel'))?.[1] ?? '';
const isNew = (message: AmiMessage, exten: RegExp): boolean =>
  message.name === 'Newchannel' && exten.test(extension(message));

void t.test('several phones are rung and recorded: the recording of the one that answered is named', (t) => {
  for (const setup of setups) {
    const ringall = readTranscript(setup, 'queue-ringall');
    const answered =
      ringall.events
        .find(({ name }) => name === 'AgentConnect')
        ?.get('MemberName')
        .slice(-3) ?? '';
    const each = recorded(ringall, (message) =>
      isNew(message, /80/) ? [recording(message, `${extension(message)}.wav`)] : [],
    );
    t.match(named(each), { rows: [`${answered}.wav`], call: [`${answered}.wav`] }, setup);
    const others = recorded(ringall, (message) =>
      isNew(message, /80/) && extension(message) !== answered ? [recording(message, 'other.wav')] : [],
    );
    t.match(named(others), { rows: [''], call: [''] }, `${setup}: nobody talked where another one runs`);
  }
  t.end();
});

void t.test('a recording begun by Queue()’s subroutine, when the phone is answered and nobody talks yet', (t) => {
  for (const setup of setups) {
    const hold = readTranscript(setup, 'queue-hold');
    const agent = hold.events.find((message) => isNew(message, /800/)) ?? event('none', {});
    const isAnswer = (message: AmiMessage): boolean =>
      message.name === 'DialEnd' && message.get('DestUniqueid') === agent.get('Uniqueid');
    const begun = recorded(hold, (message) => (isAnswer(message) ? [recording(agent, 'agent.wav')] : []));
    t.same(named(begun), { rows: ['agent.wav'], call: ['agent.wav'] }, setup);
    const stopped = recorded(hold, (message) =>
      isAnswer(message) ? [recording(agent, 'agent.wav'), on(agent, 'MixMonitorStop')] : [],
    );
    t.same(named(stopped), { rows: [''], call: [''] }, `${setup}: stopped before anybody talked`);
    const again = recorded(hold, (message) => {
      if (isAnswer(message)) return [recording(agent, 'agent.wav'), on(agent, 'MixMonitorStop')];
      return message.name === 'Hold' ? [recording(agent, 'agent.wav')] : [];
    });
    t.same(named(again), { rows: ['agent.wav'], call: ['agent.wav'] }, `${setup}: and begun again in the middle`);
  }
  t.end();
});

void t.test('the colleague’s recording is not the agent’s, whichever side hangs up last', (t) => {
  const isHalf = (message: AmiMessage): boolean =>
    message.name === 'Newchannel' && message.get('Channel').endsWith(';2');
  // Each extension is recorded by the dialplan behind its Local channel.
  const each = (message: AmiMessage): AmiMessage[] =>
    isHalf(message) ? [recording(message, `${message.get('Channel').slice(6, 9)}.wav`)] : [];
  for (const setup of setups) {
    const feature = readTranscript(setup, 'queue-local-feature');
    t.same(named(recorded(feature, each)).call, ['801.wav'], `${setup}: the caller does`);
    // When the colleague does, the dialplan goes on for the caller where the colleague was rung.
    const half = feature.events.find((message) => isHalf(message) && message.get('Channel').includes('/800@'));
    const step = { Context: 'feedback', Extension: 's', Priority: '1', Application: 'Read' };
    const goingOn = recorded(feature, (message) =>
      message.name === 'AttendedTransfer' && half !== undefined
        ? [event('Newexten', { ...step, Uniqueid: half.get('Uniqueid'), Timestamp: message.get('Timestamp') })]
        : each(message),
    );
    t.same(named(goingOn).call, ['801.wav'], `${setup}: the colleague does`);
  }
  t.end();
});
