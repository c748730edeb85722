import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { ActionName } from '../../src/ami/actions.ts';
import { AmiClient, type AmiClientOptions } from '../../src/ami/client.ts';
import type { AmiError } from '../../src/ami/errors.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { PendingActions } from '../../src/ami/pending-actions.ts';
import { StringCache } from '../../src/ami/string-cache.ts';
import { MessageView } from '../../src/ami/message-view.ts';
import { Peer, type Script, welcome } from './peer.ts';
import { whole } from './whole.ts';

const secret = 'sehr-geheim';

/** A client of this peer and everything it told, in order. */
function client(t: Test, port: number, options: Partial<AmiClientOptions> = {}): { ami: AmiClient; told: string[] } {
  const told: string[] = [];
  const log = (level: string) => (message: string, cause?: unknown) => {
    const text = cause instanceof Error ? `${message}: ${cause.message}` : message;
    if (text.includes(secret)) t.fail(`the secret was logged: ${text}`);
    told.push(`${level} ${text}`);
  };
  const ami = new AmiClient({
    host: '127.0.0.1',
    port,
    username: 'coocenter-api',
    secret,
    events: new Set(['Hangup', 'OriginateResponse', 'ExtensionStatus', 'VarSet']),
    variables: (name) => name === 'QUEUESTATUS',
    log: { error: log('error'), warning: log('warning'), info: log('info'), debug: log('debug') },
    onEvent: (message) => told.push(`event ${message.name} ${message.get('Uniqueid')}`),
    onUp: () => told.push('up'),
    onDown: (reason) => told.push(`down ${reason.kind}`),
    ...options,
    timing: { backoffMin: 10, backoffMax: 40, deadline: 5000, ...options.timing },
  });
  t.teardown(() => ami.stop());
  return { ami, told };
}

async function peer(t: Test, script: Script = welcome): Promise<Peer> {
  const peer = await new Peer().start();
  peer.script = script;
  t.teardown(() => peer.stop());
  return peer;
}

/** Waits for what another side does; fails by the test's own limit. */
async function until(what: () => unknown): Promise<void> {
  while (what() !== true) await sleep(2);
}

const up = (ami: AmiClient): Promise<void> => until(() => ami.state === 'up');

const rejection = (promise: Promise<unknown>): Promise<AmiError> =>
  promise.then(
    () => {
      throw new Error('was fulfilled');
    },
    (error: unknown) => error as AmiError,
  );

/** Answers every action but those of the connection itself with these lines, its ActionID added. */
const answering =
  (...messages: string[][]): Script =>
  (action, line) => {
    welcome(action, line);
    if (['Login', 'Ping', 'Logoff'].includes(action['Action'] ?? '')) return;
    for (const [first = '', ...rest] of messages) line.say(first, `ActionID: ${action['ActionID'] ?? ''}`, ...rest);
  };

void t.test('login, then FullyBooted, then up; actions before that are not sent', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    if (action['Action'] === 'Login') line.say('Response: Success', `ActionID: ${action['ActionID'] ?? ''}`);
    else welcome(action, line);
  });
  const { ami, told } = client(t, asterisk.port);
  t.equal(ami.state, 'stopped');
  t.equal((await rejection(ami.action('Ping'))).kind, 'not-connected');
  ami.start();
  t.equal(ami.state, 'connecting');
  await until(() => ami.state === 'booting');
  t.equal((await rejection(ami.action('Ping'))).kind, 'not-connected');
  asterisk.line.say('Event: Hangup', 'Uniqueid: too early');
  asterisk.line.say('Event: FullyBooted', 'Status: Fully Booted');
  asterisk.line.say('Event: Hangup', 'Uniqueid: 1.1');
  await until(() => told.includes('event Hangup 1.1'));
  t.strictSame(told.slice(1), ['up', 'event Hangup 1.1']);
  t.match(told[0], /^info .*5\.0\.4$/);
  t.match(asterisk.actions, [{ Action: 'Login', Username: 'coocenter-api', Secret: secret, Events: 'on' }]);
  t.equal(asterisk.actions.length, 1, 'nothing else was sent');
  t.equal(ami.lastError, undefined);
});

void t.test('the answer whatever its word, and it may be kept', async (t) => {
  const asterisk = await peer(t, answering(['Response: Error', 'Message: Interface not found']));
  const { ami } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const response = await ami.action('QueuePause', { Queue: '630', Interface: 'SIP/808', Paused: 'true' });
  await ami.action('QueuePause');
  t.equal(response.type, 'response');
  t.equal(response.name, 'Error');
  t.equal(response.get('Message'), 'Interface not found');
  t.match(asterisk.actions.at(1), { Action: 'QueuePause', Queue: '630', Interface: 'SIP/808', Paused: 'true' });
});

void t.test('two actions in one tick, answered in the other order', async (t) => {
  const waiting: string[] = [];
  const asterisk = await peer(t, (action, line) => {
    welcome(action, line);
    if (action['Action'] !== 'Getvar') return;
    waiting.unshift(`ActionID: ${action['ActionID'] ?? ''}`, `Value: ${action['Variable'] ?? ''}`);
    if (waiting.length < 4) return;
    line.say('Response: Success', waiting[0]!, waiting[1]!);
    line.say('Response: Success', waiting[2]!, waiting[3]!);
  });
  const { ami } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const [a, b] = await Promise.all([ami.action('Getvar', { Variable: 'a' }), ami.action('Getvar', { Variable: 'b' })]);
  t.equal(a.get('Value'), 'a');
  t.equal(b.get('Value'), 'b');
});

void t.test('list items go to their list and only there, told apart by ActionID', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    welcome(action, line);
    if (action['Action'] !== 'ExtensionStateList') return;
    const id = `ActionID: ${action['ActionID'] ?? ''}`;
    line.say('Response: Success', id, 'EventList: start', 'Message: Extension Statuses will follow');
    line.say('Event: ExtensionStatus', id, 'Exten: 808');
    line.say('Event: ExtensionStatus', 'Uniqueid: no event comes within a list');
    line.say('Event: ExtensionStatus', 'ActionID: of-another-client', 'Uniqueid: no item of ours');
    line.say('Event: SomethingNobodyWants', id, 'Exten: 809');
    line.say('Event: ExtensionStateListComplete', id, 'EventList: Complete', 'ListItems: 2');
    line.say('Event: Hangup', 'Uniqueid: 2.2');
  });
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const lists = await Promise.all([ami.list('ExtensionStateList'), ami.list('ExtensionStateList')]);
  for (const { response, items } of lists) {
    t.equal(response.get('Message'), 'Extension Statuses will follow');
    t.strictSame(
      items.map((item) => item.get('Exten')),
      ['808', '809'],
    );
  }
  await until(() => told.filter((line) => line === 'event Hangup 2.2').length === 2);
  t.notOk(told.some((line) => line.startsWith('event ExtensionStatus')));
  t.equal(ami.forged, 2, 'an event within a list was forged, one in each');
});

void t.test('a list that is refused has no items; an empty one neither', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    welcome(action, line);
    const id = `ActionID: ${action['ActionID'] ?? ''}`;
    if (action['Action'] === 'SIPpeers') line.say('Response: Error', id, 'Message: Invalid/unknown command: SIPpeers.');
    if (action['Action'] !== 'PJSIPShowContacts') return;
    line.say('Response: Success', id, 'EventList: start');
    line.say('Event: ContactListComplete', id, 'EventList: Complete', 'ListItems: 0', '');
  });
  const { ami } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const refused = await ami.list('SIPpeers');
  t.equal(refused.response.name, 'Error');
  t.strictSame(refused.items, []);
  t.strictSame((await ami.list('PJSIPShowContacts')).items, []);
  t.equal((await ami.list('SIPpeers')).response.name, 'Error', 'the extra empty line harmed nothing');
});

void t.test('OriginateResponse is an event, with the ActionID that was given', async (t) => {
  const asterisk = await peer(
    t,
    answering(
      ['Response: Success', 'Message: Originate successfully queued'],
      ['Event: OriginateResponse', 'Response: Failure', 'Reason: 3', 'Uniqueid: <unknown>'],
    ),
  );
  const got: string[] = [];
  const { ami } = client(t, asterisk.port, { onEvent: (message) => got.push(message.get('ActionID')) });
  ami.start();
  await up(ami);
  const actionId = ami.nextActionId();
  const response = await ami.action('Originate', { Channel: 'SIP/808', Async: 'true' }, { actionId });
  t.equal(response.name, 'Success');
  await until(() => got.length > 0);
  t.strictSame(got, [actionId]);
  t.not(ami.nextActionId(), actionId);
});

void t.test('OriginateResponse before the response of its Originate, and while a list is waited for', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    welcome(action, line);
    if (action['Action'] !== 'Originate') return;
    const id = `ActionID: ${action['ActionID'] ?? ''}`;
    line.say('Event: OriginateResponse', id, 'Response: Failure', 'Reason: 0', 'Uniqueid: 5.5');
    line.say('Response: Success', id, 'Message: Originate successfully queued');
  });
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const list = rejection(ami.list('QueueStatus'));
  const response = await ami.action('Originate', { Channel: 'SIP/808', Async: 'true' });
  t.equal(response.get('Message'), 'Originate successfully queued');
  t.equal(told.at(-1), 'event OriginateResponse 5.5');
  asterisk.line.socket.destroy();
  t.equal((await list).kind, 'disconnected');
});

void t.test('items are expected only while a list is waited for', async (t) => {
  const pending = new PendingActions();
  const view = new MessageView(new StringCache());
  const say = (text: string): boolean => pending.accept(view.show(Buffer.from(text), 0, text.length));
  t.equal(pending.expectsItems, false);
  const list = pending.list('a', 60_000);
  const given = rejection(pending.list('b', 1));
  const response = pending.response('c', 60_000);
  t.equal(pending.expectsItems, true);
  t.equal((await given).kind, 'timeout');
  t.equal(say('Response: Success\r\nActionID: a\r\n\r\n'), true);
  t.equal(say('Event: X\r\nActionID: c\r\n\r\n'), false, 'only a list has items');
  t.equal(say('Event: XComplete\r\nActionID: a\r\nEventList: Complete\r\n\r\n'), true);
  t.strictSame((await list).items, []);
  t.equal(pending.expectsItems, true, 'those of the list given up');
  t.equal(say('Event: XComplete\r\nActionID: b\r\nEventList: Complete\r\n\r\n'), true);
  t.equal(pending.expectsItems, false);
  t.equal(say('Response: Pong\r\nActionID: c\r\n\r\n'), true);
  t.equal((await response).name, 'Pong');
});

void t.test('what must not be sent is refused and nothing is sent', async (t) => {
  const asterisk = await peer(t);
  const { ami } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const kinds = [];
  for (const promise of [
    ami.action('QueueAdd', { Queue: '630\r\nAction: Command' }),
    ami.action('Command' as ActionName, { Command: 'core stop now' }),
    ami.action('Logoff' as ActionName),
    ami.action('Originate', { Channel: 'SIP/808' }),
    ami.action('Ping', {}, { actionId: 'a\nb' }),
  ])
    kinds.push((await rejection(promise)).kind);
  t.strictSame(kinds, ['refused-value', 'refused-action', 'refused-action', 'refused-action', 'refused-value']);
  const first = ami.action('Getvar', {}, { actionId: 'same' });
  t.equal((await rejection(ami.action('Getvar', {}, { actionId: 'same' }))).kind, 'refused-value', 'an id in use');
  await ami.action('Ping');
  t.strictSame(
    asterisk.actions.map((action) => action['Action']),
    ['Login', 'Getvar', 'Ping'],
  );
  asterisk.line.say('Response: Success', 'ActionID: same');
  t.equal((await first).name, 'Success');
});

void t.test('every action has a deadline; what comes later is nobody else’s', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  t.equal((await rejection(ami.action('Hangup', { Channel: 'x' }, { deadline: 5 }))).kind, 'timeout');
  t.equal((await rejection(ami.list('ExtensionStateList', {}, { deadline: 5 }))).kind, 'timeout');
  const id = `ActionID: ${asterisk.actions.at(-1)?.['ActionID'] ?? ''}`;
  asterisk.line.say('Response: Success', id, 'EventList: start');
  asterisk.line.say('Event: ExtensionStatus', id, 'Uniqueid: late');
  asterisk.line.say('Event: ExtensionStateListComplete', id, 'EventList: Complete');
  asterisk.line.say('Event: Hangup', 'Uniqueid: 3.3');
  await until(() => told.includes('event Hangup 3.3'));
  t.notOk(told.includes('event ExtensionStatus late'));
  t.equal((await ami.action('Ping')).get('Ping'), 'Pong', 'the connection lives on');
});

void t.test('the connection is lost: rejected at once, tried again, nothing of the old one left', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  const pending = [rejection(ami.action('Hangup')), rejection(ami.list('QueueStatus')), rejection(ami.action('DBPut'))];
  await until(() => asterisk.actions.length === 4);
  const old = asterisk.actions.at(-1)?.['ActionID'] ?? '';
  asterisk.line.socket.write('Event: Hangup\r\nUniqueid: half a mess');
  await sleep(20);
  const before = asterisk.lines.length;
  asterisk.line.socket.destroy();
  for (const error of await Promise.all(pending)) t.equal(error.kind, 'disconnected');
  t.equal(ami.lastError?.kind, 'disconnected');
  await until(() => asterisk.lines.length > before && ami.state === 'up');
  asterisk.line.say('Response: Success', `ActionID: ${old}`);
  asterisk.line.say('Event: Hangup', 'Uniqueid: 4.4');
  await until(() => told.includes('event Hangup 4.4'));
  t.strictSame(
    told.filter((line) => /^(up|down|event)/.test(line)),
    ['up', 'down disconnected', 'up', 'event Hangup 4.4'],
  );
});

void t.test('Asterisk is away, comes back on the same port: connected again without being asked', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  await asterisk.stop();
  await until(() => ami.lastError?.kind === 'unreachable');
  t.equal((await rejection(ami.action('Ping'))).kind, 'not-connected');
  await asterisk.start();
  await up(ami);
  t.equal(ami.lastError, undefined);
  t.equal(told.filter((line) => line.startsWith('warning')).length, 2, 'lost, and unreachable once');
});

void t.test('a wrong password is told apart from no connection, and tried slowly', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    line.say('Response: Error', `ActionID: ${action['ActionID'] ?? ''}`, 'Message: Authentication failed');
    line.socket.end();
  });
  const { ami, told } = client(t, asterisk.port, { timing: { refused: 60_000 } });
  ami.start();
  await until(() => ami.state === 'waiting');
  t.equal(ami.lastError?.kind, 'authentication');
  await sleep(150);
  t.equal(asterisk.lines.length, 1, 'ten times the back-off, and not tried again');
  t.equal(told.length, 1);
  t.match(told[0], /^error .*coocenter-api.*Authentication failed/);
  const nobody = await new Peer().start();
  await nobody.stop();
  const other = client(t, nobody.port);
  other.ami.start();
  await until(() => other.ami.state === 'waiting');
  t.equal(other.ami.lastError?.kind, 'unreachable');
});

void t.test('two pings unanswered: connected anew', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    if (action['Action'] !== 'Ping') welcome(action, line);
  });
  const { ami, told } = client(t, asterisk.port, { timing: { ping: 20 } });
  ami.start();
  await up(ami);
  await until(() => asterisk.lines.length === 2 && ami.state === 'up');
  t.ok(told.includes('down timeout'));
  const names = asterisk.actions.map((action) => action['Action']);
  t.strictSame(names.slice(0, 4), ['Login', 'Ping', 'Ping', 'Login']);
});

void t.test('answered pings keep the connection', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port, { timing: { ping: 20 } });
  ami.start();
  await until(() => asterisk.actions.filter((action) => action['Action'] === 'Ping').length === 5);
  t.equal(asterisk.lines.length, 1);
  t.notOk(told.some((line) => line.startsWith('down')));
});

void t.test('no greeting, no answer to the login, no FullyBooted: each is bounded', async (t) => {
  const asterisk = await peer(t);
  asterisk.greeting = '';
  const { ami, told } = client(t, asterisk.port, { timing: { connect: 30, login: 30, boot: 30 } });
  ami.start();
  await until(() => ami.lastError?.kind === 'unreachable');
  asterisk.script = () => undefined;
  asterisk.greeting = 'Asterisk Call Manager/11.0.0\r\n';
  await until(() => ami.lastError?.message.includes('answer the login'));
  asterisk.script = (action, line) => {
    line.say('Response: Success', `ActionID: ${action['ActionID'] ?? ''}`);
  };
  await until(() => ami.lastError?.message.includes('FullyBooted'));
  asterisk.script = welcome;
  await up(ami);
  t.notOk(
    told.some((line) => line.startsWith('down')),
    'nobody was told of a connection that never was',
  );
});

void t.test('bytes without end, or another service: cut off and tried again', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  asterisk.line.socket.write('x'.repeat(1 << 20));
  await until(() => told.includes('down protocol'));
  t.ok(told.some((line) => /^warning .*line is over/.test(line)));
  await up(ami);
  asterisk.greeting = 'SSH-2.0-OpenSSH_9.2\r\n';
  asterisk.line.socket.destroy();
  await until(() => told.some((line) => /^warning .*not an Asterisk/.test(line)));
  asterisk.greeting = 'Asterisk Call Manager/5.0.4\r\n';
  await up(ami);
});

void t.test('a handler that throws, or never ends, does not hold up the reader', async (t) => {
  const asterisk = await peer(t);
  let events = 0;
  const { ami, told } = client(t, asterisk.port, {
    onUp: () => {
      throw new Error('up went wrong');
    },
    onEvent: (message: AmiMessage) => {
      events++;
      if (message.get('Uniqueid') === '1') throw new Error('went wrong');
      // A consumer that waits for ever: what it returns must not be waited for.
      return new Promise<void>(() => undefined) as unknown as undefined;
    },
  });
  ami.start();
  await up(ami);
  asterisk.line.say('Event: Hangup', 'Uniqueid: 1');
  for (let i = 0; i < 5000; i++) asterisk.line.say('Event: Hangup', 'Uniqueid: 2');
  await until(() => events === 5001);
  t.ok(told.some((line) => /^error .*Hangup.*went wrong/.test(line)));
  t.ok(told.some((line) => /^error .*up went wrong/.test(line)));
  t.equal((await ami.action('Ping')).name, 'Success');
});

void t.test('stop ends it in every state, and nothing is heard of it after', async (t) => {
  const states: { name: string; script: Script; until: AmiClient['state']; greeting?: string }[] = [
    { name: 'connecting', script: welcome, until: 'connecting', greeting: '' },
    { name: 'login', script: () => undefined, until: 'login' },
    {
      name: 'booting',
      script: (action, line) => {
        line.say('Response: Success', `ActionID: ${action['ActionID'] ?? ''}`);
      },
      until: 'booting',
    },
    { name: 'up', script: welcome, until: 'up' },
    {
      name: 'up, Logoff unanswered',
      script: (action, line) => {
        if (action['Action'] !== 'Logoff') welcome(action, line);
      },
      until: 'up',
    },
    {
      name: 'waiting',
      script: (_, line) => {
        line.socket.destroy();
      },
      until: 'waiting',
    },
  ];
  for (const { name, script, until: state, greeting } of states) {
    const asterisk = await peer(t, script);
    if (greeting !== undefined) asterisk.greeting = greeting;
    const { ami, told } = client(t, asterisk.port, { timing: { logoff: 30 } });
    ami.start();
    await until(() => ami.state === state);
    const pending = state === 'up' ? rejection(ami.action('Hangup')) : undefined;
    const before = told.length;
    const stopped = ami.stop();
    t.equal(ami.state, 'stopped', name);
    for (const line of asterisk.lines) line.say('Event: Hangup', 'Uniqueid: after');
    await stopped;
    if (pending !== undefined) t.equal((await pending).kind, 'disconnected', name);
    if (state === 'up') t.equal(asterisk.actions.at(-1)?.['Action'], 'Logoff', name);
    await sleep(60);
    t.strictSame(told.slice(before), [], name);
    await ami.stop();
  }
});

void t.test('stop rejects what waits at once, before Asterisk took leave', async (t) => {
  const asterisk = await peer(t, (action, line) => {
    if (action['Action'] !== 'Logoff') welcome(action, line);
  });
  const { ami } = client(t, asterisk.port, { timing: { logoff: 60_000 } });
  ami.start();
  await up(ami);
  const pending = rejection(ami.action('Hangup'));
  const stopped = ami.stop();
  t.equal((await pending).kind, 'disconnected');
  await until(() => asterisk.actions.at(-1)?.['Action'] === 'Logoff');
  asterisk.line.socket.destroy();
  await stopped;
});

void t.test('stop from within a handler: the rest of what was read is not told', async (t) => {
  const asterisk = await peer(t);
  let events = 0;
  const { ami } = client(t, asterisk.port, {
    onEvent: () => {
      events++;
      void ami.stop();
    },
  });
  ami.start();
  await up(ami);
  asterisk.line.socket.write(whole(['Event: Hangup', 'Uniqueid: 1']).repeat(100));
  await until(() => asterisk.actions.at(-1)?.['Action'] === 'Logoff');
  await ami.stop();
  t.equal(events, 1);
  t.equal(ami.state, 'stopped');
});

void t.test('started again after stop', async (t) => {
  const asterisk = await peer(t);
  const { ami, told } = client(t, asterisk.port);
  ami.start();
  await up(ami);
  await ami.stop();
  ami.start();
  ami.start();
  await up(ami);
  t.equal(asterisk.actions.filter((action) => action['Action'] === 'Login').length, 2);
  t.strictSame(
    told.filter((line) => !line.startsWith('info')),
    ['up', 'up'],
  );
});

void t.test('VarSet comes by its variable only; the arrival is told in ms since 1970', async (t) => {
  const asterisk = await peer(t);
  const got: [string, number][] = [];
  const before = Date.now();
  const { ami } = client(t, asterisk.port, {
    onEvent: (message, arrived) => got.push([message.get('Value'), arrived]),
  });
  ami.start();
  await up(ami);
  asterisk.line.say('Event: VarSet', 'Variable: MACRO', 'Value: 1');
  asterisk.line.say('Event: VarSet', 'Variable: QUEUESTATUS', 'Value: 排队');
  await until(() => got.length > 0);
  t.strictSame(
    got.map(([value]) => value),
    ['排队'],
  );
  t.ok(got[0]![1] >= before && got[0]![1] <= Date.now());
});
