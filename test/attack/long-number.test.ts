import t from 'tap';
import { directDid } from '../lab/dialplan.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { setups } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { percentEncoded } from './percent.ts';
import { Report } from './report.ts';

const now = (): string => (Date.now() / 1_000).toFixed(6);
const forgedId = '1795892248.66';

/** A message as Asterisk writes it. */
const event = (name: string, kind: string, fields: readonly string[]): string =>
  [`Event: ${name}`, `Privilege: ${kind},all`, `Timestamp: ${now()}`, ...fields].join('\r\n');

const channelOf = (name: string): string[] => [`Channel: ${name}`, 'ChannelState: 4', 'ChannelStateDesc: Ring'];

/** What stands behind a caller's number in any event about one channel. */
const behindNumber = (id: string): string[] => [
  'CallerIDName: ',
  'ConnectedLineNum: <unknown>',
  'ConnectedLineName: <unknown>',
  'Language: en',
  'AccountCode: ',
  'Context: from-trunk',
  'Exten: 630',
  'Priority: 1',
  `Uniqueid: ${id}`,
  `Linkedid: ${id}`,
];

const forgedCdr = event('Cdr', 'cdr', [
  'AccountCode: ',
  'Source: 66666',
  'Destination: 801',
  'DestinationContext: internal',
  'CallerID: 66666',
  'Channel: SIP/trunk-00000066',
  'DestinationChannel: SIP/801-00000067',
  'LastApplication: Dial',
  'LastData: SIP/801',
  'StartTime: 2026-11-28 18:57:28',
  'AnswerTime: 2026-11-28 18:57:28',
  'EndTime: 2026-11-28 18:57:38',
  'Duration: 10',
  'BillableSeconds: 10',
  'Disposition: ANSWERED',
  'AMAFlags: DOCUMENTATION',
  `UniqueID: ${forgedId}`,
  'UserField: ',
]);

const forgedChannel = (name: string): string =>
  [...channelOf(name), 'CallerIDNum: 66666', ...behindNumber(forgedId)].join('\r\n');

/** A number that ends the event in which it stands, makes whole events, and begins another that Asterisk ends. */
const long = (end: readonly string[], again: string): string =>
  [
    ['1', ...end].join('\r\n'),
    event('Newchannel', 'call', [forgedChannel('SIP/trunk-00000066')]),
    event('QueueCallerJoin', 'agent', [forgedChannel('SIP/trunk-00000066'), 'Queue: 630', 'Position: 1', 'Count: 1']),
    forgedCdr,
    event('Hangup', 'call', [forgedChannel('SIP/trunk-00000066'), 'Cause: 16', 'Cause-txt: Normal Clearing']),
    `${again}\r\nCallerIDNum: 1`,
  ].join('\r\n\r\n');

const numbers: Readonly<Record<string, () => string>> = {
  'in an event of a channel': () =>
    long(behindNumber(forgedId), event('Newstate', 'call', channelOf('SIP/trunk-00000068'))),
  'in a list of channels': () =>
    long(
      [...behindNumber(forgedId), 'Application: Dial', 'ApplicationData: ', 'Duration: 00:00:01', 'BridgeId: '],
      ['Event: CoreShowChannel', 'ActionID: 1', ...channelOf('SIP/trunk-00000068')].join('\r\n'),
    ),
};

const forgedEvents = async ({ daemon }: Lab): Promise<number> =>
  ((await daemon.api('GET', 'status')).json as { data: { forgedEvents: number } }).data.forgedEvents;

for (const setup of setups) {
  void t.test(`a number as long as a whole event, which only chan_sip takes, ${setup}`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const report = new Report(t);
      const called = await lab.phone('801');
      for (const [what, number] of Object.entries(numbers)) {
        const before = await forgedEvents(lab);
        report.sent(`${what}: From: <sip:(${number().length} characters)@…>`);
        const call = await lab.provider.callIn(percentEncoded(number()), `${directDid}801`);
        const ring = await called.incoming();
        const { asterisk, daemon } = lab;
        await ring.answer();
        await call.answered();
        // Channels are listed before one is hung up; a call whose channel cannot be told in the list is left alone.
        await eventually(
          'the call is up',
          async () => !(await daemon.api('POST', 'extensions/current-calls')).text.includes('[]'),
        );
        await daemon.api('POST', 'extensions/hangup', { extension: '801' });
        await call.hangUp();
        await ring.ended();
        await eventually('no channel is left', async () =>
          (await asterisk.cli('core show channels')).includes('0 active channels'),
        );
        report.happened(`${(await forgedEvents(lab)) - before} events counted as forged`);
        t.ok((await forgedEvents(lab)) > before, `${what}: counted`);
      }
      await eventually('the genuine calls are recorded', () => lab.receiver.events('cdr').length >= 2);
      const pushed = lab.receiver.pushes.map(({ json }) => JSON.stringify(json));
      t.strictSame(
        pushed.filter((text) => /66666|1795892248/.test(text)),
        [],
        'nothing forged is pushed',
      );
    });
  });
}
