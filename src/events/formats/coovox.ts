import { is } from '../../system/schema.ts';
import { common } from '../fields.ts';
import { furtherFields } from '../further.ts';
import { fieldsOf, isAsterisks, textOf } from './format.ts';
import type { Format } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

const callTypes: Readonly<Record<string, string>> = { '': 'internal', inbound: 'incoming', outbound: 'outgoing' };

/** What `cdrOf` makes. */
export const coovoxCdrSchema = is.object({
  Event: is.word(['Cdr']),
  Source: is.text(),
  Destination: is.text(),
  CallerID: is.text(),
  Channel: is.optional(is.text()),
  DestinationChannel: is.optional(is.text()),
  LastApplication: is.optional(is.text()),
  LastData: is.optional(is.text()),
  StartTime: common.time('when it began'),
  AnswerTime: is.text('empty when it was not answered'),
  EndTime: common.time('when it ended'),
  Duration: common.seconds('from the beginning to the end'),
  BillableSeconds: common.seconds('from the answer to the end'),
  Disposition: is.text(),
  UniqueID: is.text(),
  Uniqueid: is.text('the same'),
  Linkedid: is.optional(is.text()),
  CallerIDNum: is.text(),
  Exten: is.text('what was called'),
  CallType: is.word(['internal', 'incoming', 'outgoing']),
  recording_filename: is.text('the recording, as the path of `monitor` takes it'),
  clientUserId: furtherFields.clientUserId,
});

/** A row in Asterisk's words. `extra` has what our body has not; a row that was stored without it is still told. */
function cdrOf(body: Fields, extra: Fields): Fields {
  const of = (name: string): string => textOf(body, name);
  return {
    Event: 'Cdr',
    Source: of('source'),
    Destination: of('destination'),
    CallerID: of('callerid'),
    ...extra,
    StartTime: of('starttime'),
    AnswerTime: of('answertime'),
    EndTime: of('endtime'),
    Duration: of('duration'),
    BillableSeconds: of('billableseconds'),
    Disposition: of('disposition'),
    // Asterisk writes it so in this event alone.
    UniqueID: of('uniqueid'),
    Uniqueid: of('uniqueid'),
    Linkedid: body['linkedid'],
    CallerIDNum: of('source'),
    Exten: of('destination'),
    CallType: callTypes[of('calltype')] ?? 'internal',
    recording_filename: of('recordfile'),
    clientUserId: body['clientUserId'],
  };
}

/** Asterisk's own event and field names, as connectors for the vendor's PBX line parse them (contract §5.4). */
export const coovox: Format = {
  contentType: 'application/json',
  nameOf: (event) => (isAsterisks(event) ? event : event === 'cdr' ? 'Cdr' : undefined),
  write({ event, body, extra }) {
    const fields = fieldsOf(body);
    if (fields === undefined) return undefined;
    if (event === 'cdr') return JSON.stringify(cdrOf(fields, fieldsOf(extra ?? '') ?? {}));
    const { event: name, ...rest } = fields;
    return JSON.stringify({ Event: name, ...rest });
  },
};
