import { fieldsOf, isAsterisks, textOf } from './format.ts';
import type { Format } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

const callTypes: Readonly<Record<string, string>> = { '': 'internal', inbound: 'incoming', outbound: 'outgoing' };

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
