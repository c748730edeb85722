import t from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import { Daemon } from '../../src/daemon.ts';
import { Peer, welcome } from '../ami/peer.ts';
import { memoryLog } from '../http/client.ts';
import { freeTcpPort } from '../lab/ports.ts';
import { eventually } from '../lab/within.ts';

/**
 * Backfill in a daemon. What it consists of is tested beside this: LogWatch with CdrLog and QueueLog in log-watch*.test.ts,
 * the order of effects in test/flow.test.ts; csv.ts in row-texts.test.ts and row.test.ts, dids.ts, queue-line.ts and
 * call-rows.ts in injected-guesses.test.ts and test/events/cc_cdr-of-logs.test.ts, logged-call.ts there, too; log-file.ts,
 * position.ts and resumable-tail.ts in tail.test.ts and tail-faults.test.ts.
 */

const row = [
  'UniqueID: 1.1',
  'Channel: PJSIP/800-00000001',
  'DestinationChannel: ',
  'LastApplication: Hangup',
  'StartTime: 2026-11-25 10:00:00',
  'EndTime: 2026-11-25 10:00:09',
  'Disposition: ANSWERED',
];

void t.test('a row that AMI tells is stored at once where there is no file to find it in again', async (t) => {
  const peer = await new Peer().start();
  t.teardown(() => peer.stop());
  peer.script = (action, line) => {
    const { Action = '', ActionID = '' } = action;
    if (['Login', 'Logoff', 'Ping'].includes(Action)) welcome(action, line);
    else if (Action === 'CoreShowChannels') {
      line.say('Response: Success', `ActionID: ${ActionID}`, 'EventList: start');
      line.say('Event: CoreShowChannelsComplete', `ActionID: ${ActionID}`, 'EventList: Complete');
    } else line.say('Response: Error', `ActionID: ${ActionID}`, 'Message: nothing of that');
  };
  const pushed: string[] = [];
  const port = await freeTcpPort();
  const dir = t.testdir();
  const text = `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${dir}\n[ami]\nport = ${peer.port}\nsecret = s\n[asterisk]\ncdr_file = ${dir}/none.csv\nqueue_log = ${dir}/none\n`;
  const daemon = new Daemon({
    config: parseConfig(text, 'api.conf').config,
    log: memoryLog(),
    version: '0',
    onPushed: ({ event }) => pushed.push(event),
  });
  await daemon.start();
  t.teardown(() => daemon.stop());
  await eventually('GET /ready', async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200);
  peer.line.say('Event: Cdr', ...row);
  // A row that waited for those of before would come after what Asterisk told next.
  const channel = [
    ...['Channel: PJSIP/800-00000002', 'ChannelState: 6', 'ChannelStateDesc: Up', 'CallerIDNum: 800'],
    ...['Context: internal', 'Exten: 801', 'Priority: 1', 'Uniqueid: 1.2', 'Linkedid: 1.2'],
  ];
  peer.line.say('Event: Newchannel', ...channel);
  peer.line.say('Event: Hangup', ...channel, 'Cause: 16', 'Cause-txt: Normal Clearing');
  await eventually('hangup', () => pushed.includes('hangup'));
  t.same(pushed, ['cdr', 'hangup'], 'in memory only until the next event: a kill or power cut in that time loses it');
});
