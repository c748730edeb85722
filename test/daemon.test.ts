import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { parseConfig } from '../src/config/parse.ts';
import { Daemon } from '../src/daemon.ts';
import type { Line, Received } from './ami/peer.ts';
import { Peer, welcome } from './ami/peer.ts';
import { memoryLog } from './http/client.ts';
import { freeTcpPort } from './lab/ports.ts';
import { eventually } from './lab/within.ts';

const channel = ['Channel: PJSIP/800-00000001', 'Uniqueid: 1.1', 'Linkedid: 1.1', 'ChannelStateDesc: Up'];

void t.test('an answer of Asterisk that a newer question has overtaken changes nothing', async (t) => {
  const peer = await new Peer().start();
  t.teardown(() => peer.stop());
  const held: { readonly line: Line; readonly id: string }[] = [];
  const answer = ({ line, id }: (typeof held)[number], items: readonly string[][]): void => {
    line.say('Response: Success', id, 'EventList: start');
    for (const item of items) line.say('Event: CoreShowChannel', id, ...item);
    line.say('Event: CoreShowChannelsComplete', id, 'EventList: Complete');
  };
  peer.script = (action: Received, line) => {
    const { Action = '', ActionID = '' } = action;
    if (Action === 'CoreShowChannels') held.push({ line, id: `ActionID: ${ActionID}` });
    else if (['Login', 'Logoff', 'Ping'].includes(Action)) welcome(action, line);
    else line.say('Response: Error', `ActionID: ${ActionID}`, 'Message: nothing of that');
  };
  const pushed: string[] = [];
  const port = await freeTcpPort();
  const text = `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${t.testdir()}\n[ami]\nport = ${peer.port}\nsecret = s\n`;
  const daemon = new Daemon({
    config: parseConfig(text, 'api.conf').config,
    log: memoryLog(),
    version: '0',
    onPushed: ({ event }) => pushed.push(event),
  });
  await daemon.start();
  t.teardown(() => daemon.stop());
  const next = (): Promise<(typeof held)[number]> => eventually('CoreShowChannels', () => held.shift());
  answer(await next(), [channel]);
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200;
  await eventually('GET /ready', isReady);

  peer.line.say('Event: Reload', 'Module: All', 'Status: 0');
  const slow = await next();
  peer.line.say('Event: Hangup', ...channel);
  peer.line.say('Event: Reload', 'Module: All', 'Status: 0');
  const newer = await next();
  // What it says is from before the hang-up.
  answer(slow, [channel]);
  answer(newer, []);
  await sleep(100);
  t.same(pushed, ['hangup'], 'contract §3.3: one hangup, though an old list named the channel');
});
