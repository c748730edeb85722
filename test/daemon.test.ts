import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Config } from '../src/config/config.ts';
import { parseConfig } from '../src/config/parse.ts';
import { Daemon } from '../src/daemon.ts';
import type { Line, Received } from './ami/peer.ts';
import { Peer, welcome } from './ami/peer.ts';
import { memoryLog } from './http/client.ts';
import { freeTcpPort } from './lab/ports.ts';
import { eventually } from './lab/within.ts';

const channel = ['Channel: PJSIP/800-00000001', 'Uniqueid: 1.1', 'Linkedid: 1.1', 'ChannelStateDesc: Up'];

/** A receiver whose certificate only `ca` vouches for, and the bodies posted to it. */
async function secureReceiver(
  t: Test,
): Promise<{ readonly port: number; readonly ca: string; readonly got: string[] }> {
  const dir = t.testdir();
  const [key, ca] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const made = ['-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=crm', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-nodes', ...made, '-keyout', key, '-out', ca], { stdio: 'pipe' });
  const got: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    void text(request).then((body) => {
      got.push(body);
      response.end();
    });
  });
  const port = await freeTcpPort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port, ca, got };
}

void t.test('[push] ca: a receiver whose certificate is signed by authorities of its own', async (t) => {
  const { port, ca, got } = await secureReceiver(t);
  const peer = await new Peer().start();
  t.teardown(() => peer.stop());
  peer.script = (action: Received, line) => {
    const { Action = '', ActionID = '' } = action;
    const id = `ActionID: ${ActionID}`;
    if (['Login', 'Logoff', 'Ping'].includes(Action)) welcome(action, line);
    else if (Action === 'CoreShowChannels') {
      line.say('Response: Success', id, 'EventList: start');
      line.say('Event: CoreShowChannel', id, ...channel);
      line.say('Event: CoreShowChannelsComplete', id, 'EventList: Complete');
    } else line.say('Response: Error', id, 'Message: nothing of that');
  };
  const http = await freeTcpPort();
  const conf = (file: string): Config =>
    parseConfig(
      `[general]\nURL = https://127.0.0.1:${port}/\nBINDADDR = 127.0.0.1\nBINDPORT = ${http}\ndata_dir = ${join(dirname(ca), 'data')}\n` +
        `[ami]\nport = ${peer.port}\nsecret = s\n[push]\nca = ${file}\n`,
      'api.conf',
    ).config;
  const lost = new Daemon({ config: conf('/nowhere/ca.pem'), log: memoryLog(), version: '0' });
  await t.rejects(lost.start(), /nowhere/, 'it does not start without the file');
  const daemon = new Daemon({ config: conf(ca), log: memoryLog(), version: '0' });
  await daemon.start();
  t.teardown(() => daemon.stop());
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${http}/ready`)).status === 200;
  await eventually('GET /ready', isReady);
  peer.line.say('Event: Hangup', ...channel);
  await eventually('the hang-up', () => got.some((body) => body.includes('"event":"hangup"')));
});

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
  /** A line that begins no message makes the daemon ask for a new snapshot. */
  const forge = (): void => {
    peer.line.say('Number: of a caller');
  };
  answer(await next(), [channel]);
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200;
  await eventually('GET /ready', isReady);

  forge();
  const slow = await next();
  peer.line.say('Event: Hangup', ...channel);
  await eventually('hangup', () => pushed.length > 0);
  forge();
  const newer = await next();
  // The slow answer is older than the hang-up.
  answer(slow, [channel]);
  answer(newer, []);
  await sleep(100);
  t.same(pushed, ['hangup'], 'contract §3.3: one hangup, though an old list named the channel');
});
