import type { Channel } from '../../picture/model.ts';
import { partyOf } from '../../picture/parties.ts';
import type { Picture } from '../../picture/picture.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { confinedTo } from '../own.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import {
  duration,
  durationPattern,
  extensionStates,
  extensionStatus,
  peopleChannels,
  registrationSamples,
  registrationSchema,
} from './live.ts';

/** A row of the second generation's current-calls. */
const callSchema = () =>
  is.object({
    bridgeid: is.text('the same for who hears each other; empty while nobody does'),
    callerIdName: is.text('name of who holds the channel'),
    callerIdNum: is.text('number of who holds the channel'),
    channel: is.text(),
    connectedLineName: is.text('name of the other side'),
    connectedLineNum: is.text('number of the other side'),
    duration: is.pattern(durationPattern, 'since the channel began'),
  });
type Row = ValueOf<typeof callSchema>;

/** The contract's own. */
const callSample: Row = {
  bridgeid: '65d6c9c1-8a1e-4f0e-9d7c-3f1f0d1f0a11',
  callerIdName: '2002',
  callerIdNum: '2002',
  channel: 'SIP/2001-0000000d',
  connectedLineName: '2001',
  connectedLineNum: '2001',
  duration: '00:01:37',
};

function callRow(picture: Picture, channel: Channel, now: number): Row {
  const own = partyOf(channel);
  const other = picture.otherSideOf(channel);
  return {
    bridgeid: channel.bridge,
    callerIdName: own.name,
    callerIdNum: own.num,
    channel: channel.name,
    connectedLineName: other.name,
    connectedLineNum: other.num,
    duration: duration(now - channel.createdAt),
  };
}

/** A row of the second generation's extension-hints-status. */
const stateSchema = () =>
  is.object({
    Exten: is.text('the extension'),
    Interface: is.text('its devices, joined by `&`; what its hint watches if it has none'),
    Status: is.text('0 idle, 1 in use, 2 busy, 4 unavailable, 8 ringing, 16 on hold, and their sums'),
    StatusText: is.text('Asterisk’s word for it'),
  });
type StateRow = ValueOf<typeof stateSchema>;

const stateSample: StateRow = { Exten: '1004', Interface: 'SIP/1004', Status: '0', StatusText: 'Idle' };

function stateRows(picture: Picture): StateRow[] {
  return extensionStates(picture).map(({ exten, devices, status, statusText }) => ({
    Exten: exten,
    Interface: devices,
    Status: status,
    StatusText: statusText,
  }));
}

/** Contract §5.2: what goes on, in the second generation's words. */
export function pluginStateRoutes({ registrations, picture }: RouteDeps, base: string): Route[] {
  return [
    route({
      methods: ['GET', 'POST'],
      path: `${base}/extension-status`,
      summary: 'Where the phones are registered (§5.2)',
      role: 'agent',
      answer: () => succeeds('Peer status list will follow', is.list(registrationSchema), registrationSamples),
      handle: async () => success('Peer status list will follow', extensionStatus(picture, await registrations())),
    }),
    route({
      methods: ['GET', 'POST'],
      path: `${base}/extension-hints-status`,
      summary: 'States of agents and of extensions with a hint (§5.2)',
      role: 'agent',
      answer: () => succeeds('Extension Statuses will follow', is.list(stateSchema()), [stateSample]),
      handle: () => success('Extension Statuses will follow', stateRows(picture)),
    }),
    route({
      methods: ['GET', 'POST'],
      path: `${base}/current-calls`,
      summary: 'Channels that ring or talk (§5.2)',
      role: 'agent',
      answer: () => succeeds(undefined, is.list(callSchema()), [callSample]),
      handle: (_values, { identity }) => {
        const now = Date.now();
        return success(
          undefined,
          peopleChannels(picture, confinedTo(identity)).map((channel) => callRow(picture, channel, now)),
        );
      },
    }),
  ];
}
