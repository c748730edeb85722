import type { Change } from '../picture/model.ts';
import { is, type ValueOf } from '../system/schema.ts';
import { missedFields, missedRow, missedSample } from '../work/missed-row.ts';
import { eventDoc } from './event-doc.ts';
import type { EventMaker, PushedEvent } from './event.ts';
import { common } from './fields.ts';
import { furtherFields, linkedidOf } from './further.ts';

const bodyOf = <const E extends string>(event: E) =>
  is.object({ event: is.word([event]), ...missedFields, mac: common.mac, ...furtherFields });
const lostBody = bodyOf('missedcall');
const claimedBody = bodyOf('missedcall_claimed');
const closedBody = bodyOf('missedcall_closed');

const end = { mac: '68:69:2e:03:8b:3e', linkedid: '1541416825.811' };
const claim = { claimedBy: '100', claimedByName: 'anna', claimTime: '2018-11-05 19:30:00' };

/** Its documentation. */
export const missedcallDoc = eventDoc('missedcall', {
  class: 'record',
  summary: 'A caller of a queue was lost, or is to be called back again (ours)',
  schema: lostBody,
  samples: [{ event: 'missedcall', ...missedSample, ...end }],
});

/** Its documentation. */
export const missedcallClaimedDoc = eventDoc('missedcall_claimed', {
  class: 'signal',
  summary:
    'Somebody claims a missed call, lets go of it, or called back in vain; ours, only for receivers that name it',
  schema: claimedBody,
  samples: [{ event: 'missedcall_claimed', ...missedSample, state: 'claimed', ...claim, ...end }],
});

/** Its documentation. */
export const missedcallClosedDoc = eventDoc('missedcall_closed', {
  class: 'record',
  summary: 'A caller who was lost has been reached, or is not to be called back any more (ours)',
  schema: closedBody,
  samples: [
    {
      event: 'missedcall_closed',
      ...missedSample,
      ...{ state: 'closed', ...claim, closedHow: 'reached', closedBy: '100', closeTime: '2018-11-05 19:31:12' },
      ...end,
    },
  ],
});

type Missed = Extract<Change, { type: 'missed-call' }>;

/**
 * The body, under the id of the first call: events of one missed call come in their order. What is known of it is kept with
 * its records.
 */
function pushOf(
  { missed }: Missed,
  mac: string,
  event: 'missedcall' | 'missedcall_claimed' | 'missedcall_closed',
  key: Pick<PushedEvent, 'rowKey' | 'keyScope'>,
): PushedEvent {
  const isRecord = event !== 'missedcall_claimed';
  return {
    class: isRecord ? 'record' : 'signal',
    callId: missed.id,
    ...key,
    body: { event, ...missedRow(missed), mac, ...linkedidOf(missed.uuid) } satisfies ValueOf<
      typeof lostBody | typeof claimedBody | typeof closedBody
    >,
    ...(isRecord ? { keeps: [{ of: missedKind, id: missed.id, text: JSON.stringify(missed) }] } : {}),
  };
}

/** What missed calls are called where they are kept. */
export const missedKind = 'missed call';

/** `rowKey` of the `missedcall` of a lost call, within that call. */
export const lostKey = 'lost';

/** Callers that are to be called back. */
export const missedcall: EventMaker = (change, { mac }) => {
  if (change.type !== 'missed-call') return undefined;
  const { missed, lostIn = missed.uuid } = change;
  if (change.what === 'lost') return pushOf(change, mac, 'missedcall', { rowKey: lostKey, keyScope: lostIn });
  return change.what === 'reopened'
    ? pushOf(change, mac, 'missedcall', { rowKey: `reopened ${missed.closings}` })
    : undefined;
};

/** Who does it, and how often it was tried. */
export const missedcallClaimed: EventMaker = (change, { mac }) => {
  if (change.type !== 'missed-call') return undefined;
  const { what, missed } = change;
  if (what !== 'claimed' && what !== 'released' && what !== 'tried') return undefined;
  const nth = { claimed: missed.claim?.at, released: missed.released, tried: missed.tries }[what];
  return pushOf(change, mac, 'missedcall_claimed', { rowKey: `${what} ${nth ?? ''}` });
};

/** Callers that were called back, or need not be. */
export const missedcallClosed: EventMaker = (change, { mac }) =>
  change.type === 'missed-call' && change.what === 'closed'
    ? pushOf(change, mac, 'missedcall_closed', { rowKey: `closed ${change.missed.closings}` })
    : undefined;
