import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { parseConfig } from '../src/config/parse.ts';
import { Daemon } from '../src/daemon.ts';
import { Peer, welcome } from './ami/peer.ts';
import { memoryLog } from './http/client.ts';
import { freeTcpPort } from './lab/ports.ts';
import { eventually } from './lab/within.ts';

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
  const pushed: { event: string; at: number }[] = [];
  const port = await freeTcpPort();
  const dir = t.testdir();
  const text = `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${dir}\n[ami]\nport = ${peer.port}\nsecret = s\n[asterisk]\ncdr_file = ${dir}/none.csv\nqueue_log = ${dir}/none\n`;
  const daemon = new Daemon({
    config: parseConfig(text, 'api.conf').config,
    log: memoryLog(),
    version: '0',
    onPushed: ({ event }) => pushed.push({ event, at: Date.now() }),
  });
  await daemon.start();
  t.teardown(() => daemon.stop());
  await eventually('GET /ready', async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200);
  const at = Date.now();
  peer.line.say('Event: Cdr', ...row);
  await eventually('cdr', () => pushed.length > 0, 10_000);
  const took = (pushed[0]?.at ?? 0) - at;
  t.ok(took < 300, `in memory only for ${took} ms: a kill or power cut in that time loses it`);
  await sleep(1);
});
