import { is } from '../../system/schema.ts';
import { common } from '../fields.ts';
import { furtherFields } from '../further.ts';
import { fieldsOf, isAsterisks, textOf } from './format.ts';
import type { Format } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

const calltypes: Readonly<Record<string, string>> = { '': 'internal', inbound: 'incoming', outbound: 'outgoing' };

/** The words of DIALSTATUS for those of Asterisk's rows. */
const statuses: Readonly<Record<string, string>> = { ANSWERED: 'ANSWER', 'NO ANSWER': 'NOANSWER' };

/** `"808" <808>` → `808`; `''` for a number alone. */
function nameIn(callerId: string): string {
  return /^"(.*)" <[^<>]*>$/.exec(callerId)?.[1] ?? '';
}

/** What `cdrOf` makes. */
export const coocenter2CdrSchema = is.object({
  event: is.word(['cdr']),
  srcname: is.text('name of the caller'),
  src: is.text('the caller'),
  dstname: is.text('always empty: Asterisk’s rows do not name who was called'),
  dst: is.text('what was called'),
  start: common.time('when it began'),
  answer: is.text('when it was answered, in the time of the box; empty when it was not'),
  end: common.time('when it ended'),
  billsec: common.seconds('from the answer to the end'),
  sessionlevel: is.text('always empty'),
  calltype: is.word(['internal', 'incoming', 'outgoing']),
  record_filename: is.text('the recording, as the path of `monitor` takes it'),
  status: is.text('`ANSWER`, `NOANSWER`, `BUSY`, `FAILED`, `CONGESTION`'),
  uniqueid: is.text('UniqueID of the row'),
  mac: common.mac,
  ...furtherFields,
});

/** The fields of contract §5.3, then those of every body of ours. */
function cdrOf(fields: Fields): Fields {
  const { mac, linkedid, clientUserId } = fields;
  const of = (name: string): string => textOf(fields, name);
  return {
    event: 'cdr',
    srcname: nameIn(of('callerid')),
    src: of('source'),
    // Asterisk's rows do not name who was called.
    dstname: '',
    dst: of('destination'),
    start: of('starttime'),
    answer: of('answertime'),
    end: of('endtime'),
    billsec: of('billableseconds'),
    sessionlevel: '',
    calltype: calltypes[of('calltype')] ?? 'internal',
    record_filename: of('recordfile'),
    status: statuses[of('disposition')] ?? of('disposition'),
    uniqueid: of('uniqueid'),
    mac,
    linkedid,
    clientUserId,
  };
}

function written(event: string, fields: Fields): Fields {
  switch (event) {
    case 'dialbegein':
      return { ...fields, event: 'dialbegin' };
    case 'dialend': {
      const status = textOf(fields, 'dialstatus');
      // `hangup` is the end of a leg that was answered (contract §3.2).
      return { ...fields, dialstatus: status === 'hangup' ? 'ANSWER' : status.toUpperCase() };
    }
    case 'cdr':
      return cdrOf(fields);
    default:
      return fields;
  }
}

/** The words of the vendor's second generation (contract §5.3). */
export const coocenter2: Format = {
  contentType: 'application/json',
  nameOf: (event) => (isAsterisks(event) ? undefined : event === 'dialbegein' ? 'dialbegin' : event),
  write({ event, body }) {
    const fields = fieldsOf(body);
    return fields && JSON.stringify(written(event, fields));
  },
};
