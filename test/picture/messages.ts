import { MessageCopy } from '../../src/ami/message-copy.ts';
import type { AmiMessage } from '../../src/ami/message.ts';

/** An event of Asterisk with these fields. */
export const event = (name: string, fields: Readonly<Record<string, string>>): AmiMessage =>
  new MessageCopy(['Event', name, ...Object.entries(fields).flat()]);

/** Nothing configured but the context of the phones. */
export const settings = {
  extensions: new Map<string, string>(),
  trunks: [],
  internal: ['internal'],
  ivr: ['ivr-*'],
  feedback: ['feedback'],
  voicemail: ['voicemail'],
  scoreVariable: '',
};
/** Asterisk’s lists when nothing goes on. */
export const none = { channels: [], queues: [], hints: [], endpoints: [] };

/** The fields that events and list items of a channel carry, for one that is up. */
export const channel = (
  name: string,
  uniqueid: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  Channel: name,
  ChannelState: '6',
  ChannelStateDesc: 'Up',
  CallerIDNum: '800',
  CallerIDName: 'Agent 800',
  ConnectedLineNum: '801',
  ConnectedLineName: '<unknown>',
  Context: 'internal',
  Exten: '801',
  Uniqueid: uniqueid,
  Linkedid: uniqueid,
  Timestamp: '1000.000001',
  ...more,
});
