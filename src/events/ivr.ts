import type { Call } from '../picture/model.ts';
import { localTime } from '../system/local-time.ts';
import type { EventMaker } from './event.ts';
import { furtherOf } from './further.ts';
import { seconds } from './seconds.ts';

const callTypes: Record<Call['direction'], string> = { inbound: 'IN', outbound: 'OUT', internal: 'INTERNAL' };

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
    },
  };
};
