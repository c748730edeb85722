import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { AmiClient } from '../src/ami/client.ts';
import type { AmiMessage } from '../src/ami/message.ts';
import { Backfill } from '../src/backfill/backfill.ts';
import { parseConfig } from '../src/config/parse.ts';
import { Relist } from '../src/snapshot/relist.ts';
import { Control } from '../src/control/control.ts';
import { Daemon } from '../src/daemon.ts';
import { HttpServer } from '../src/http/server.ts';
import { Outbox } from '../src/push/outbox.ts';
import type { Change } from '../src/picture/model.ts';
import { Picture } from '../src/picture/picture.ts';
import type { PushedEvent } from '../src/events/event.ts';
import { Alerts } from '../src/push/alerts.ts';
import { AfterCall } from '../src/wrapup/after-call.ts';
import { AwaitingWrapup } from '../src/wrapup/awaiting-wrapup.ts';
import type { Received } from './ami/peer.ts';
import { Peer, welcome } from './ami/peer.ts';
import { memoryLog } from './http/client.ts';
import { freeTcpPort } from './lab/ports.ts';
import { eventually } from './lab/within.ts';

/** What the stages of the daemon did, in order. */
type Trace = string[];

const ofMessage = (message: unknown): string => (message as AmiMessage).name;
const ofChange = (change: unknown): string => (change as Change).type;
const ofPush = (push: unknown): string => (push as PushedEvent).body.event;
const nothing = (): string => '';

/** Each stage by its name here, the class and method that do it, and what is told of its first argument. */
const stages: readonly (readonly [string, object, string, (argument: unknown) => string])[] = [
  ['outbox starts', Outbox.prototype, 'start', nothing],
  ['http starts', HttpServer.prototype, 'start', nothing],
  ['backfill starts', Backfill.prototype, 'start', nothing],
  ['ami starts', AmiClient.prototype, 'start', nothing],
  ['picture expects the snapshot', Picture.prototype, 'expectSnapshot', nothing],
  ['picture takes the snapshot', Picture.prototype, 'resync', nothing],
  ['wrap-up takes the snapshot', AfterCall.prototype, 'resynced', nothing],
  ['relist is up', Relist.prototype, 'start', nothing],
  ['backfill is up', Backfill.prototype, 'up', nothing],
  ['picture', Picture.prototype, 'apply', ofMessage],
  ['backfill notes', Backfill.prototype, 'noteSeen', ofChange],
  ['wrap-up', AfterCall.prototype, 'take', ofChange],
  ['backfill notes the outcome', Backfill.prototype, 'notePassing', ofChange],
  ['relist', Relist.prototype, 'want', () => 'outdated'],
  ['control', Control.prototype, 'onChange', ofChange],
  ['outbox', Outbox.prototype, 'push', ofPush],
  ['picture is lost', Picture.prototype, 'lost', nothing],
  ['relist is down', Relist.prototype, 'stop', nothing],
  ['backfill is down', Backfill.prototype, 'down', nothing],
  ['control is down', Control.prototype, 'onDown', nothing],
  ['wrap-up is down', AfterCall.prototype, 'onDown', nothing],
  ['http stops', HttpServer.prototype, 'stop', nothing],
  ['backfill holds nothing back', Backfill.prototype, 'release', nothing],
  ['picture finishes', Picture.prototype, 'finish', nothing],
  ['wrap-up stops', AfterCall.prototype, 'stop', nothing],
  ['ami stops', AmiClient.prototype, 'stop', nothing],
  ['backfill stops', Backfill.prototype, 'stop', nothing],
  ['outbox stops', Outbox.prototype, 'stop', nothing],
];

/** Has every stage write down what it does. */
function traced(t: Test): Trace {
  const trace: Trace = [];
  for (const [stage, prototype, method, tell] of stages) {
    const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[method]!;
    methods[method] = function (...args) {
      trace.push(`${stage} ${tell(args[0])}`.trimEnd());
      return original.apply(this, args);
    };
    t.teardown(() => {
      methods[method] = original;
    });
  }
  return trace;
}

/** What Asterisk said in a recorded scenario: the items of its lists by action, and its events, their times moved to now. */
function recorded(scenario: string): { readonly lists: Map<string, string[]>; readonly events: string[] } {
  const text = readFileSync(join(import.meta.dirname, 'transcripts/22-pjsip', `${scenario}.ami`), 'utf8');
  const began = Number(/\r\nTimestamp: (\d+)/.exec(text)![1]);
  const shift = Math.floor(Date.now() / 1000) - began;
  const lists = new Map<string, string[]>();
  const events: string[] = [];
  for (const block of text.slice(text.indexOf('\r\n') + 2).split('\r\n\r\n')) {
    const action = /\r\nActionID: start-(\w+)/.exec(block)?.[1];
    if (!block.startsWith('Event: ') || block.startsWith('Event: FullyBooted') || block.includes('\r\nActionID: end-'))
      continue;
    if (action === undefined) {
      events.push(
        block.replace(/(\r\nTimestamp: )(\d+)/, (_, name: string, at: string) => `${name}${Number(at) + shift}`),
      );
    } else if (!block.includes('\r\nEventList: ')) lists.set(action, [...(lists.get(action) ?? []), block]);
  }
  return { lists, events };
}

/** A daemon on a peer that says what was recorded. */
async function daemonOn(
  t: Test,
  scenario: string,
): Promise<{ daemon: Daemon; peer: Peer; events: string[]; ready: () => Promise<void> }> {
  const { lists, events } = recorded(scenario);
  const peer = await new Peer().start();
  t.teardown(() => peer.stop());
  peer.script = (action: Received, line) => {
    const { Action = '', ActionID = '' } = action;
    const id = `ActionID: ${ActionID}`;
    const items = lists.get(Action);
    if (['Login', 'Logoff', 'Ping'].includes(Action)) welcome(action, line);
    else if (items === undefined && !/^(CoreShowChannels|QueueStatus|ExtensionStateList)$/.test(Action)) {
      line.say('Response: Error', id, 'Message: nothing of that');
    } else {
      line.say('Response: Success', id, 'EventList: start');
      for (const item of items ?? [])
        line.socket.write(`${item.replace(/(\r\nActionID: )[^\r]+/, `$1${ActionID}`)}\r\n\r\n`);
      line.say(`Event: ${Action}Complete`, id, 'EventList: Complete');
    }
  };
  const port = await freeTcpPort();
  const dir = t.testdir();
  const text =
    `[general]\nBINDADDR = 127.0.0.1\nBINDPORT = ${port}\ndata_dir = ${dir}/data\n` +
    `[ami]\nport = ${peer.port}\nsecret = s\n[asterisk]\ncdr_file = ${dir}/none.csv\nqueue_log = ${dir}/none\n` +
    '[dialplan]\ninternal = internal, hints\n';
  const daemon = new Daemon({ config: parseConfig(text, 'api.conf').config, log: memoryLog(), version: '0' });
  const ready = (): Promise<void> =>
    eventually(
      'GET /ready',
      async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200 || undefined,
    ).then(() => undefined);
  return { daemon, peer, events, ready };
}

/** Those that no receiver here wants (contract §5.4). */
type Untold =
  | 'recording-complete'
  | 'missed-call'
  | 'disposition'
  | 'agent-state'
  | 'new-channel'
  | 'bridge-enter'
  | 'agent-login'
  | 'agent-logoff';

/** What each kind of change becomes, in the order of the flow: what passes wrap-up, and what is pushed. */
const effects: Record<
  Exclude<Change['type'], 'call-settled' | Untold>,
  readonly [outcome: Change['type'], event: string]
> = {
  'dial-begin': ['dial-begin', 'dialbegein'],
  'dial-answer': ['dial-answer', 'dialanswer'],
  'dial-end': ['dial-end', 'dialend'],
  hangup: ['hangup', 'hangup'],
  'extension-status': ['extension-status', 'extensionstatus'],
  cdr: ['cdr', 'cdr'],
  menu: ['menu', 'ivr'],
  'call-over': ['call-settled', 'cc_cdr'],
  'member-pause': ['member-pause', ''],
  'member-removed': ['member-removed', ''],
  outdated: ['outdated', ''],
  'originate-response': ['originate-response', ''],
  'recording-begun': ['recording-begun', ''],
  'call-gone': ['call-gone', ''],
};

/** The stages that one change goes through. */
function wayOf(change: keyof typeof effects): string[] {
  const [outcome, event] = effects[change];
  return [
    `backfill notes ${change}`,
    `wrap-up ${change}`,
    `backfill notes the outcome ${outcome}`,
    ...(outcome === 'outdated' ? ['relist outdated'] : []),
    `control ${outcome}`,
    ...(event === '' ? [] : [`outbox ${event}`]),
  ];
}

void t.test('each change is done with before the next, stage by stage', async (t) => {
  const trace = traced(t);
  const seen = new Set<string>();
  for (const scenario of ['inbound-menu-queue', 'click-answered', 'queue-autopause']) {
    await t.test(scenario, async (t) => {
      const { daemon, peer, events, ready } = await daemonOn(t, scenario);
      await daemon.start();
      await ready();
      trace.length = 0;
      for (const event of events) peer.line.socket.write(`${event}\r\n\r\n`);
      const last = `\r\n${events.join('\r\n\r\n')}`.includes('\r\nEvent: Cdr\r\n') ? 'outbox cdr' : 'outbox hangup';
      await eventually(last, () => trace.includes(last));
      // The tick that tells of callers whose side is over.
      trace.push('-');
      await eventually(
        'a tick',
        () => trace.slice(trace.indexOf('-')).filter((line) => line === 'picture finishes').length > 1,
      );
      await daemon.stop();
      const ways = trace
        .filter((line) => /^(backfill notes|wrap-up|relist|control|outbox) [\w-]+/.test(line))
        .filter((line) => !/ (is|are|stops)/.test(line));
      const changes = ways.flatMap(
        (line) => /^backfill notes (?!the outcome)(\S+)/.exec(line)?.[1] ?? [],
      ) as (keyof typeof effects)[];
      // What follows from a record is stored before it: a crash in between must not lose it.
      const lost = scenario === 'queue-autopause' ? ['outbox missedcall'] : [];
      const wanted = changes.flatMap(wayOf).flatMap((line) => (line === 'outbox cc_cdr' ? [...lost, line] : [line]));
      t.strictSame(ways, wanted);
      for (const change of changes) seen.add(change);
    });
  }
  t.strictSame([...seen].sort(), Object.keys(effects).sort(), 'every kind of change was seen');
});

void t.test('start, snapshot, a lost connection, and stop', async (t) => {
  const trace = traced(t);
  const { daemon, peer, ready } = await daemonOn(t, 'inbound-menu-queue');
  await daemon.start();
  await ready();
  const read = [
    'relist is down',
    'picture expects the snapshot',
    'picture takes the snapshot',
    'wrap-up takes the snapshot',
  ];
  const statuses = Array<string[]>(6).fill(['wrap-up extension-status']).flat();
  const told = Array<string[]>(6).fill(wayOf('extension-status').slice(2)).flat();
  const start = ['outbox starts', 'http starts', 'backfill starts', 'ami starts'];
  const up = ['relist is up', 'backfill is up'];
  t.strictSame(
    trace.splice(0),
    [...start, ...read, ...statuses, ...told, ...up],
    'wrap-up sees the whole snapshot first',
  );

  peer.line.socket.destroy();
  await eventually('the loss', () => trace.includes('wrap-up is down'));
  const down = ['picture is lost', 'relist is down', 'backfill is down', 'control is down', 'wrap-up is down'];
  const ticks = ['backfill holds nothing back', 'picture finishes'];
  await ready();
  t.strictSame(
    trace.splice(0).filter((line) => !ticks.includes(line)),
    [...down, ...read, ...up],
    'what has not changed meanwhile is not told again',
  );

  const picture: { apply: unknown } = Picture.prototype;
  const original = picture.apply;
  picture.apply = () => {
    throw new Error('a fault of ours');
  };
  peer.line.say('Event: Hold', 'Channel: PJSIP/800-00000001', 'Uniqueid: 1.1', 'Linkedid: 1.1');
  await eventually('a new snapshot', () => trace.includes('backfill is up'));
  picture.apply = original;
  t.strictSame(
    trace.splice(0).filter((line) => !ticks.includes(line)),
    ['picture is lost', ...read, ...up],
    'an event that the picture cannot take is as good as missed',
  );

  await daemon.stop();
  const stop = [
    'http stops',
    'relist is down',
    ...ticks,
    'wrap-up stops',
    'ami stops',
    'backfill stops',
    'outbox stops',
  ];
  t.strictSame(trace.slice(trace.indexOf('http stops')), stop, 'in the order of the flow');
});

void t.test('a fault of a stage takes no record away, and holds up no other change', async (t) => {
  const trace = traced(t);
  const { daemon, peer, events, ready } = await daemonOn(t, 'inbound-menu-queue');
  await daemon.start();
  await ready();
  const failing = (prototype: object, method: string): void => {
    const methods = prototype as Record<string, unknown>;
    const original = methods[method];
    methods[method] = () => {
      throw new Error('a fault of ours');
    };
    t.teardown(() => {
      methods[method] = original;
    });
  };
  const failingAtEnd = (prototype: { stop: () => Promise<void> }): void => {
    const original = prototype.stop;
    prototype.stop = async function () {
      await original.call(this);
      throw new Error('a fault of ours');
    };
    t.teardown(() => {
      prototype.stop = original;
    });
  };
  failing(Control.prototype, 'onChange');
  failing(Backfill.prototype, 'noteSeen');
  failing(AwaitingWrapup.prototype, 'over');
  failing(Backfill.prototype, 'notePassing');
  const records = ['outbox ivr', 'outbox cdr', 'outbox cc_cdr'];
  for (const event of events) peer.line.socket.write(`${event}\r\n\r\n`);
  await eventually('the records', () => records.every((record) => trace.includes(record)));
  t.equal(trace.filter((line) => line === 'outbox cc_cdr').length, 1);
  failing(Picture.prototype, 'finish');
  for (const prototype of [HttpServer.prototype, AmiClient.prototype, Alerts.prototype]) failingAtEnd(prototype);
  trace.length = 0;
  await t.rejects(daemon.stop(), { message: '4 faults' }, 'the faults are told');
  const last = ['wrap-up stops', 'ami stops', 'backfill stops', 'outbox stops'];
  t.strictSame(
    trace.filter((line) => line.endsWith(' stops')),
    ['http stops', ...last],
    'and all stages stop',
  );
});
