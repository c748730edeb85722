import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';
import { presets } from '../../src/config/presets.ts';
import type { Change } from '../../src/picture/model.ts';
import type { PictureSettings } from '../../src/picture/picture.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { eventsOf } from '../../src/events/list.ts';
import type { PushedEvent } from '../../src/events/event.ts';
import type { Truth } from './compare.ts';
import type { Setup } from '../lab/setup.ts';

/** The box's MAC in replays. */
export const mac = '68:69:2e:03:8b:3e';

/** What api.conf says of a box's dialplan. */
export interface Settings {
  readonly picture: PictureSettings;
  readonly ivrNames: ReadonlyMap<string, string>;
  /** Folder of the recordings; by default that of the transcript's first recording. */
  readonly monitorDir?: string;
}

/** The lab's dialplan, as the coocenter preset has it, and its menus. */
export const lab: Settings = {
  picture: {
    extensions: new Map<string, string>(),
    trunks: [],
    ...presets.coocenter,
    internal: ['internal', 'hints'],
    scoreVariable: '',
  },
  ivrNames: new Map([
    ['610', 'working time'],
    ['620', 'second menu'],
  ]),
};

const transcripts = join(import.meta.dirname, '../transcripts');

/** What a transcript holds: the lists as asked for at its beginning and end, and the events in between. */
export interface Transcript {
  readonly start: Snapshot;
  readonly end: Snapshot;
  readonly events: readonly AmiMessage[];
}

/** Splits recorded bytes by a reader of its own, so that a fault of the decoder cannot hide here. */
export function messagesOf(bytes: Buffer): AmiMessage[] {
  const text = bytes.toString('utf8');
  return text
    .slice(text.indexOf('\r\n') + 2)
    .split('\r\n\r\n')
    .map((block) => block.split('\r\n').filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map(
      (lines) =>
        new MessageCopy(
          lines.flatMap((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
          }),
        ),
    );
}

function listsOf(messages: readonly AmiMessage[], when: 'start' | 'end'): Snapshot {
  const items = (action: string): AmiMessage[] =>
    messages.filter(
      (message) =>
        message.get('ActionID') === `${when}-${action}` && message.type === 'event' && message.get('EventList') === '',
    );
  return {
    channels: items('CoreShowChannels'),
    queues: items('QueueStatus'),
    hints: items('ExtensionStateList'),
    endpoints: [
      ...items('SIPpeers').map((item) => ({
        technology: 'SIP' as const,
        name: item.get('ObjectName'),
        address: item.get('Dynamic') === 'yes' ? ('registers' as const) : ('fixed' as const),
      })),
      // The transcripts do not ask for the addresses of record; the lab's only endpoint without phone is its trunk.
      ...items('PJSIPShowEndpoints').map((item) => ({
        technology: 'PJSIP' as const,
        name: item.get('ObjectName'),
        address: /^\d+$/.test(item.get('ObjectName')) ? ('registers' as const) : ('fixed' as const),
      })),
    ],
  };
}

/** Reads `test/transcripts/<setup>/<scenario>.ami`, its text rewritten before it is split into messages. */
export function readTranscript(
  setup: Setup,
  scenario: string,
  rewrite: (text: string) => string = (text) => text,
): Transcript {
  const text = readFileSync(join(transcripts, setup, `${scenario}.ami`), 'utf8');
  const messages = messagesOf(Buffer.from(rewrite(text)));
  return {
    start: listsOf(messages, 'start'),
    end: listsOf(messages, 'end'),
    events: messages.filter((message) => message.type === 'event' && !/^(start|end)-/.test(message.get('ActionID'))),
  };
}

/** Where recordings of the lab are; each instance of it has a folder of its own. */
export function monitorDirOf(events: readonly AmiMessage[]): string {
  const file = events.find((event) => event.get('Variable') === 'MIXMONITOR_FILENAME')?.get('Value') ?? '';
  return file.slice(0, file.lastIndexOf('/'));
}

/** Plays a transcript to a picture, as the daemon would have seen it. */
export function replay(
  transcript: Transcript,
  events = transcript.events,
  settings = lab,
): { picture: Picture; changes: Change[]; pushes: PushedEvent[] } {
  const picture = new Picture({ ...settings.picture });
  picture.expectSnapshot();
  const changes = picture.resync(transcript.start, 0);
  let now = 0;
  for (const event of events) {
    now = Number(event.get('Timestamp')) * 1000 || now;
    if (event.name === 'VarSet' && !picture.wantsVariable(event.get('Variable'))) continue;
    changes.push(...picture.apply(event, now));
  }
  changes.push(...picture.tick(now + 5_000));
  return { picture, changes, pushes: pushesOf(events, changes, settings) };
}

/** What is pushed of what a picture saw of these events. After-call work is off: what is over is settled. */
export function pushesOf(events: readonly AmiMessage[], changes: readonly Change[], settings = lab): PushedEvent[] {
  const context = { mac, monitorDir: settings.monitorDir ?? monitorDirOf(events), ivrNames: settings.ivrNames };
  return changes
    .map((change): Change =>
      change.type === 'call-over' ? { type: 'call-settled', callerPath: change.callerPath, pauseTime: 0 } : change,
    )
    .flatMap((change) => eventsOf(change, context));
}

/** The same events as an observer who knows nothing of the daemon reads them. */
export function truthOf({ events }: Transcript): Truth {
  const fields = [
    ...['Event', 'Timestamp', 'Channel', 'Uniqueid', 'Linkedid', 'DestUniqueid', 'Exten', 'Status', 'StatusText'],
    ...['CallerID', 'Source', 'Destination', 'StartTime', 'AnswerTime', 'EndTime', 'Disposition', 'Duration'],
    ...['BillableSeconds', 'UniqueID', 'Variable', 'Value', 'Digit', 'Direction', 'Queue', 'DestChannel', 'Interface'],
    ...[
      'Cause-txt',
      'TechCause',
      'CallerIDNum',
      'Context',
      'Extension',
      'Application',
      'AppData',
      'DestApp',
      'TransfereeUniqueid',
      'SecondTransfererUniqueid',
      'ParkeeUniqueid',
      'ParkeeLinkedid',
    ],
  ];
  return { events: events.map((event) => Object.fromEntries(fields.map((field) => [field, event.get(field)]))) };
}
