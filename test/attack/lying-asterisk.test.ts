import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { bareEnv } from '../lab/bare-env.ts';
import { flags } from '../../packaging/build/flags.ts';
import { Peer, welcome, type Script } from '../ami/peer.ts';
import { privateMemory } from '../faults/memory.ts';
import { tokenOf, webkey } from '../lab/daemon.ts';
import { freeTcpPort } from '../lab/ports.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';
import { Report } from './report.ts';

const list = (items: readonly string[][]): Script => {
  return (action, line) => {
    welcome(action, line);
    const id = `ActionID: ${action['ActionID'] ?? ''}`;
    if (['Login', 'Ping', 'Logoff'].includes(action['Action'] ?? '')) return;
    line.say('Response: Success', id, 'EventList: start');
    // An item of a list has no Privilege; an event has one.
    const shown = (item: readonly string[]): string[] => item.filter((field) => !field.startsWith('Privilege: '));
    if (action['Action'] === 'CoreShowChannels') for (const item of items) line.say(...shown(item), id);
    line.say('Event: Complete', id, 'EventList: Complete');
  };
};

const channel = (index: number): string[] => [
  'Privilege: call,all',
  `Channel: PJSIP/800-${index.toString(16).padStart(8, '0')}`,
  'ChannelState: 6',
  'ChannelStateDesc: Up',
  'CallerIDNum: 800',
  'CallerIDName: Agent 800',
  'ConnectedLineNum: 801',
  'ConnectedLineName: <unknown>',
  'Language: en',
  'AccountCode: ',
  'Context: internal',
  'Exten: 801',
  'Priority: 1',
  `Uniqueid: 1795379571.${index}`,
  `Linkedid: 1795379571.${index}`,
];

void t.test('an Asterisk that tells of 50,000 channels: bounded, said, survived', async (t) => {
  const report = new Report(t);
  const peer = await new Peer().start();
  peer.script = list([]);
  const dir = makeTemp();
  const port = await freeTcpPort();
  const file = join(dir, 'api.conf');
  const general = `BINDADDR = 127.0.0.1\nBINDPORT = ${port}\nWEBKEY = ${webkey}\ndata_dir = ${dir}/data\n`;
  writeFileSync(file, `[general]\n${general}[ami]\nport = ${peer.port}\nsecret = x\n`);
  // As the executable runs it: with 64 MB of heap.
  const daemon = spawn(process.execPath, [...flags, join(import.meta.dirname, '../../src/main.ts'), '--config', file], {
    env: bareEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(daemon.stdout), text(daemon.stderr)]);
  t.teardown(async () => {
    daemon.kill('SIGKILL');
    await peer.stop();
    removeTemp(dir);
  });
  // A connection each: one that is kept may be closed by the daemon in the very moment in which it is used again.
  const get = async (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { Authorization: tokenOf(), Connection: 'close' } });
  const calls = async (): Promise<number> => {
    const answer = (await (await get('/coocenter-api/extensions/current-calls')).json()) as { data: unknown[] };
    return answer.data.length;
  };
  const megabytes = (): number => Math.round(privateMemory(daemon.pid) / 1024);
  const isReady = (): Promise<boolean> =>
    get('/ready').then(
      ({ status }) => status === 200,
      () => false,
    );
  await eventually('it is ready', isReady);
  const before = megabytes();

  const { line } = peer;
  const tell = async (name: string, first: number, last: number): Promise<void> => {
    for (let index = first; index < last; index++) {
      line.say(`Event: ${name}`, ...channel(index));
      if (index % 1_000 === 0 && line.socket.writableNeedDrain) await once(line.socket, 'drain');
    }
  };
  report.sent('Newchannel, 50,000 times, each of another channel');
  await tell('Newchannel', 0, 50_000);
  await eventually('the first 5,000 are followed', async () => (await calls()) === 5_000);
  report.happened(`private memory ${before} MB before, ${megabytes()} MB after`);
  report.sent('Hangup of all of them; a list then has one channel');
  // There is room again while they still hang up: the list is asked for then.
  peer.script = list([['Event: CoreShowChannel', ...channel(60_000)]]);
  await tell('Hangup', 0, 50_000);
  await eventually('one call, from the list', async () => (await calls()) === 1, 120_000);
  report.sent('a list of 50,000 channels, after the connection was lost');
  peer.script = list(Array.from({ length: 50_000 }, (_, index) => ['Event: CoreShowChannel', ...channel(index)]));
  line.socket.destroy();
  await eventually('it says that it is not ready', async () => !(await isReady()));
  await eventually(
    'it asked twice',
    () => peer.actions.filter((one) => one['Action'] === 'CoreShowChannels').length > 4,
  );
  report.happened(`private memory ${megabytes()} MB while it asks`);
  peer.script = list([]);
  await eventually('it is ready again', isReady);
  t.equal(await calls(), 0);
  const ended = once(daemon, 'close');
  daemon.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
  const lines = (await said).join('').split('\n');
  t.equal(lines.filter((one) => one.includes('more than 5000 channels')).length, 1, 'said once');
  t.ok(lines.some((one) => one.includes('there is room again')));
  t.ok(lines.some((one) => one.includes('a list is over 8 MB long')));
});
