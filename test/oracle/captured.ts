import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AmiMessage } from '../../src/ami/message.ts';
import { presets } from '../../src/config/presets.ts';
import type { Endpoint } from '../../src/snapshot/endpoints.ts';
import { deviceOf } from '../../src/picture/channel-name.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Json } from '../../src/events/event.ts';
import { event } from '../picture/messages.ts';
import type { Settings, Transcript } from './replay.ts';
import { messagesOf, replay } from './replay.ts';

/** api.conf of a FreePBX box: the preset alone. */
export const freepbx: Settings = {
  picture: { extensions: new Map<string, string>(), trunks: [], ...presets.freepbx, scoreVariable: '' },
  ivrNames: new Map(),
  monitorDir: '/var/spool/asterisk/monitor',
};

/** The first event of each kind that `keyOf` tells apart. */
function firsts(events: readonly AmiMessage[], keyOf: (message: AmiMessage) => string): AmiMessage[] {
  const found = new Map<string, AmiMessage>();
  for (const message of events) {
    const key = keyOf(message);
    if (!found.has(key)) found.set(key, message);
  }
  return [...found.values()];
}

/** Asterisk's lists before the call, as far as its events tell: a capture has none. */
function listsOf(events: readonly AmiMessage[]): Snapshot {
  const members = firsts(
    events.filter(({ name }) => /^QueueMember(Added|Status|Pause)$/.test(name)),
    (message) => `${message.get('Queue')} ${message.get('Interface')}`,
  );
  const hints = firsts(
    events.filter(({ name }) => name === 'ExtensionStatus'),
    (message) => `${message.get('Exten')}@${message.get('Context')}`,
  );
  const phones = new Set(hints.flatMap((message) => message.get('Hint').split(/[&,]/)));
  const devices = events
    .filter(({ name }) => name === 'Newchannel')
    .map((message) => deviceOf(message.get('Channel')))
    .filter((device) => /^(PJ)?SIP\//.test(device));
  const endpoints = [...new Set(devices)].map((device): Endpoint => {
    const [technology = '', name = ''] = device.split('/');
    return {
      technology: technology as Endpoint['technology'],
      name,
      address: phones.has(device) ? 'registers' : 'fixed',
    };
  });
  return {
    channels: [],
    queues: members.map((message) =>
      event('QueueMember', {
        ...fieldsOf(message, 'Queue', 'StateInterface', 'Membership', 'Penalty', 'PausedReason', 'LastPause'),
        ...{ Location: message.get('Interface'), Name: message.get('MemberName') },
        ...{ Status: '1', Paused: '0', InCall: '0' },
      }),
    ),
    hints: hints.map((message) =>
      event('ExtensionStatus', { ...fieldsOf(message, 'Exten', 'Context', 'Hint'), Status: '0', StatusText: 'Idle' }),
    ),
    endpoints,
  };
}

function fieldsOf(message: AmiMessage, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, message.get(name)]));
}

/** Reads `test/captures/<name>.ami`. */
export function readCapture(name: string): Transcript {
  const bytes = readFileSync(join(import.meta.dirname, '../captures', `${name}.ami`));
  const events = messagesOf(bytes).filter(({ type }) => type === 'event');
  const start = listsOf(events);
  return { start, end: start, events };
}

/** What a FreePBX box would push of a capture; `isHeard`: which of its events arrive. */
export function pushedOf(name: string, isHeard: (message: AmiMessage) => boolean = () => true): Record<string, Json>[] {
  const transcript = readCapture(name);
  return replay(transcript, transcript.events.filter(isHeard), freepbx).pushes.map(({ body }) => body);
}
