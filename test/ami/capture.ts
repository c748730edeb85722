import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../transcripts/', import.meta.url));

const leg = (prefix: string, channel: string, uniqueid: string, name = 'Agent 808'): string =>
  [
    `${prefix}Channel: ${channel}`,
    `${prefix}ChannelState: 5`,
    `${prefix}ChannelStateDesc: Ringing`,
    `${prefix}CallerIDNum: 808`,
    `${prefix}CallerIDName: ${name}`,
    `${prefix}ConnectedLineNum: <unknown>`,
    `${prefix}ConnectedLineName: <unknown>`,
    `${prefix}Language: en`,
    `${prefix}AccountCode: `,
    `${prefix}Context: from-internal`,
    `${prefix}Exten: 808`,
    `${prefix}Priority: 3`,
    `${prefix}Uniqueid: ${uniqueid}`,
    `${prefix}Linkedid: 1534993030.626`,
  ].join('\r\n');

const message = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** A little of everything a connection carries, as Asterisk 16 and 22 write it. */
export const written = Buffer.from(
  'Asterisk Call Manager/5.0.4\r\n' +
    message('Response: Success', 'ActionID: a-1', 'Message: Authentication accepted') +
    message('Event: FullyBooted', 'Privilege: system,all', 'Uptime: 17', 'LastReload: 17', 'Status: Fully Booted') +
    message('Response: Success', 'ActionID: a-2', 'EventList: start', 'Message: Channels will follow') +
    message('Event: CoreShowChannelsComplete', 'ActionID: a-2', 'EventList: Complete', 'ListItems: 0') +
    // PJSIPShowContacts without a contact, on 16: one CR LF more.
    message('Event: ContactListComplete', 'ActionID: a-3', 'EventList: Complete', 'ListItems: 0') +
    '\r\n' +
    message(
      'Event: Newexten',
      'Privilege: dialplan,all',
      leg('', 'SIP/808-00000065', '1534993030.626'),
      'Extension: 808',
      'Application: NoOp',
      'AppData: ',
    ) +
    message(
      'Event: VarSet',
      'Privilege: dialplan,all',
      leg('', 'SIP/808-00000065', '1534993030.626'),
      'Variable: QUEUESTATUS',
      'Value: a: b=c',
    ) +
    message(
      'Event: DialBegin',
      'Privilege: call,all',
      'Timestamp: 1534993059.785012',
      leg('', 'SIP/808-00000065', '1534993030.626', '呼叫中心 ☎️'),
      leg('Dest', 'SIP/886-00000066', 'lab22-1795368505.29', 'Ångström'),
      'DialString: 886',
    ) +
    message(
      'Event: Hangup',
      'Privilege: call,all',
      'Timestamp: 1534993060.000001',
      leg('', 'SIP/808-00000065', '1534993030.626'),
      'Cause: 16',
      'Cause-txt: Normal Clearing',
    ) +
    message(
      'Event: OriginateResponse',
      'Privilege: call,all',
      'Timestamp: 1534993060.000001',
      'ActionID: a-4',
      'Response: Failure',
      'Channel: SIP/808',
      'Reason: 0',
      'Uniqueid: <unknown>',
      'CallerIDNum: 808',
      'CallerIDName: 808',
    ) +
    message('Response: Goodbye', 'Message: Thanks for all the fish.'),
);

/** Captured streams, each from its greeting on: the one written here, and every one in `test/transcripts`. */
export function captures(): { name: string; bytes: Buffer }[] {
  const recorded = existsSync(folder) ? globSync('**/*.ami', { cwd: folder }).sort() : [];
  return [
    { name: 'written by hand', bytes: written },
    ...recorded.map((name) => ({ name, bytes: readFileSync(folder + name) })),
  ];
}
