import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { pushedOf } from '../oracle/captured.ts';

void t.test('an agent behind a Local channel asks a colleague by *2 and connects the caller', (t) => {
  const records = pushedOf('16f-dtmf_att').filter(({ event }) => event === 'cc_cdr');
  t.match(
    records,
    [
      {
        ...{
          called: '101',
          agentCode: '101',
          cdrState: 'bridged',
          hangupSide: 'caller',
          talkingTime: '3',
          holdTime: 4,
        },
        ...{ fwType: 'attended', forwardNumber: '102', incomplete: false },
        agents: [
          { agent: '101', talkingTime: '2' },
          { agent: '102', talkingTime: '2' },
        ],
      },
    ],
    'the consultation alone is hold, and the colleague’s talk is theirs',
  );
  t.equal(records.length, 1);
  t.end();
});

void t.test('a hold is over when the holder is gone, or another person talks to the caller', (t) => {
  const of = (message: AmiMessage, name: string, channel: string): boolean =>
    message.name === name && message.get('Channel').startsWith(channel);
  const lost: [string, (message: AmiMessage) => boolean][] = [
    ['101 is gone', (message) => message.name === 'BridgeEnter' && /^(Local|SIP).102/.test(message.get('Channel'))],
    ['102 is there', (message) => of(message, 'Hangup', 'SIP/101')],
  ];
  for (const [why, isLost] of lost) {
    const isHeard = (message: AmiMessage): boolean => message.name !== 'MusicOnHoldStop' && !isLost(message);
    const [record] = pushedOf('16f-dtmf_att', isHeard).filter(({ event }) => event === 'cc_cdr');
    t.equal(record?.['holdTime'], 4, `nobody tells that the music stopped, but ${why}`);
  }
  t.end();
});

/** The recording that each row, and the call-centre record, of a capture names. */
function recordingsOf(name: string, isHeard?: (message: AmiMessage) => boolean): Record<string, unknown[]> {
  const bodies = pushedOf(name, isHeard);
  const of = (event: string, field: string): unknown[] =>
    bodies.filter((body) => body['event'] === event).map((body) => body[field]);
  return { rows: of('cdr', 'recordfile'), call: of('cc_cdr', 'filePath') };
}

void t.test('a recording that begins on a member’s Local half before anybody talks is the call’s', (t) => {
  const file = '2026/11/28/external-101-34600111222-20261128-165127-1795884687.257.wav';
  t.same(
    recordingsOf('16f-rec_member'),
    { rows: [file, file], call: [file] },
    'the rows of the caller and of the member',
  );
  const isAnswer = (message: AmiMessage): boolean => message.name === 'BridgeEnter';
  t.same(
    recordingsOf('16f-rec_member', (message) => !isAnswer(message)),
    { rows: ['', ''], call: [''] },
    'nobody talked',
  );
  t.end();
});
