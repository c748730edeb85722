import type { Call } from '../picture/model.ts';
import { localTime } from '../system/local-time.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, furtherOf } from './further.ts';
import { seconds } from './seconds.ts';

const callTypes = { inbound: 'IN', outbound: 'OUT', internal: 'INTERNAL' } as const satisfies Record<
  Call['direction'],
  string
>;

/** The name that api.conf gives to a menu by its id or context, or `''`. */
export function nameOf(
  menu: { readonly id: string; readonly context: string },
  names: ReadonlyMap<string, string>,
): string {
  return names.get(menu.id.toLowerCase()) ?? names.get(menu.context.toLowerCase()) ?? '';
}

/** The number that was dialled from outside, `''` for other calls. */
export function trunkNumberOf(call: Call): string {
  return call.direction === 'inbound' ? call.dialled : '';
}

const body = is.object({
  event: is.word(['ivr']),
  uuid: is.text('the call'),
  caller: is.text(),
  called: is.text('always empty'),
  callType: is.word(['IN', 'OUT', 'INTERNAL']),
  queueCode: is.text('the queue that follows'),
  startTime: common.time('when the caller entered it'),
  endTime: common.time('when the caller left it'),
  duration: common.seconds('in it'),
  ivrId: is.text('number of the menu'),
  ivrName: is.text('its name in `[ivr]` of api.conf'),
  ivrDtmf: is.text('the keys pressed in it'),
  trunkNumber: is.text('the number that was called (DID)'),
  mac: common.mac,
  ...furtherFields,
});

/** Its documentation; the sample is the contract's. */
export const ivrDoc = eventDoc('ivr', {
  class: 'record',
  summary: 'A caller left a menu that they had passed (§3.5)',
  schema: body,
  samples: [
    {
      event: 'ivr',
      uuid: '1541643689.15',
      caller: '810',
      called: '',
      callType: 'IN',
      queueCode: '630',
      startTime: '2018-11-08 10:21:29',
      endTime: '2018-11-08 10:21:32',
      duration: '3',
      ivrId: '610',
      ivrName: 'working time',
      ivrDtmf: '0',
      trunkNumber: '123456',
      mac: '68:69:2e:03:8b:3e',
      linkedid: '1541643689.15',
    },
  ],
});

/** A menu that a caller passed (contract §3.5). */
export const ivr: EventMaker = (change, context) => {
  if (change.type !== 'menu') return undefined;
  const { callerPath, menu, queue } = change;
  const { call, caller } = callerPath;
  return {
    class: 'record',
    callId: call.id,
    rowKey: `${menu.id} ${callerPath.menus.indexOf(menu)}`,
    body: {
      event: 'ivr',
      uuid: call.id,
      caller,
      called: '',
      callType: callTypes[call.direction],
      queueCode: queue,
      startTime: localTime(menu.enteredAt),
      endTime: localTime(menu.leftAt),
      duration: String(seconds(menu.leftAt - menu.enteredAt)),
      ivrId: menu.id,
      ivrName: nameOf(menu, context.ivrNames),
      ivrDtmf: menu.keys,
      trunkNumber: trunkNumberOf(call),
      mac: context.mac,
      ...furtherOf(call),
    } satisfies ValueOf<typeof body>,
  };
};
