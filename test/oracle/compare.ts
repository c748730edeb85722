import type { Test } from 'tap';
import type { Setup } from '../lab/setup.ts';
import { compareRecords } from './compare-records.ts';
import type { ExpectedCall, ExpectedRow } from './expected.ts';

/** A pushed body, as JSON gives it. */
export type Body = Readonly<Record<string, unknown>>;

/** What an observer of Asterisk independent of the daemon saw. Times are AMI's, in seconds. */
export interface Truth {
  /** Every AMI event, name → value. */
  readonly events: readonly Readonly<Record<string, string>>[];
  /** Seconds in which the machine did not run what it was to run while the calls were made; 0 when it is not given. */
  readonly late?: number;
}

/** What a comparison does of a tap test. */
export type Checks = Pick<Test, 'ok' | 'equal' | 'same' | 'match'>;

/** The fields of each event in their order (contract §3.1–§3.4, §3.6; ivr and cc_cdr: compare-records.ts); `mac` is in every one, after the old ones. */
const fields = {
  dialbegein: [
    ...['event', 'timestamp', 'channel', 'calleridnum', 'destchannel', 'destcalleridnum', 'destuniqueid'],
    ...['dialstring', 'uniqueid', 'mac'],
  ],
  dialend: [
    ...['event', 'timestamp', 'channel', 'calleridnum', 'destchannel', 'destcalleridnum', 'uniqueid'],
    ...['dialstatus', 'mac'],
  ],
  hangup: ['event', 'calleridnum', 'calleridname', 'connectedlinenum', 'connectedlinename', 'uniqueid', 'mac'],
  extensionstatus: ['event', 'exten', 'status', 'statustext', 'mac'],
  cdr: [
    ...['event', 'callerid', 'source', 'destination', 'starttime', 'answertime', 'endtime', 'disposition'],
    ...['duration', 'billableseconds', 'calltype', 'recordfile', 'uniqueid', 'mac'],
  ],
} as const;

const text = (body: Body, key: string): string => {
  const value = body[key];
  return typeof value === 'string' ? value : `not a string: ${JSON.stringify(value)}`;
};

const cleaned = (value: string | undefined): string => (value === undefined || value === '<unknown>' ? '' : value);

/** Rows, legs and hang-ups of a scenario come in no certain order: they are compared sorted. */
function sorted<T>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const deviceOf = (channel: string): string => channel.slice(channel.indexOf('/') + 1, channel.lastIndexOf('-'));

/** What a leg's two events say, each field by name, with names of channels reduced to their devices. */
interface ToldLeg {
  begin: Body;
  end: Body | undefined;
}

/**
 * Compares every pushed event of a scenario, field by field: with the expectation written by hand, and what no hand can
 * know (unique ids, times, channel names) with what an independent AMI connection saw.
 */
export function compare(
  t: Checks,
  setup: Setup,
  calls: readonly ExpectedCall[],
  told: readonly Body[],
  truth: Truth,
  mac: string,
): void {
  const bodies = told.map((body) => withoutLinkedid(t, body, truth));
  const of = (event: string): Body[] => bodies.filter((body) => body['event'] === event);
  for (const body of bodies) t.equal(body['mac'], mac, `${text(body, 'event')}.mac`);
  compareLegs(t, calls, of('dialbegein'), of('dialend'), truth);
  compareHangups(t, calls, of('hangup'), truth);
  compareRows(t, calls, of('cdr'), truth);
  compareStatuses(t, of('extensionstatus'), truth);
  compareRecords(t, setup, calls, [...of('ivr'), ...of('cc_cdr')], truth);
  const names = new Set(bodies.map((body) => text(body, 'event')));
  const allowed = ['dialbegein', 'dialend', 'hangup', 'cdr', 'extensionstatus', 'ivr', 'cc_cdr'];
  t.same(
    [...names].filter((name) => !allowed.includes(name)),
    [],
    'nothing else is pushed',
  );
}

/** Checks the field that ends every body of a call, the Linkedid that its channel began with, and takes it off. */
function withoutLinkedid(t: Checks, body: Body, { events }: Truth): Body {
  const { linkedid, ...rest } = body;
  const event = text(body, 'event');
  if (event === 'extensionstatus') {
    t.equal(linkedid, undefined, `${event} is of no call`);
    return rest;
  }
  const id = body['uuid'] ?? body['uniqueid'];
  const begun = events.find(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
  // A row that comes long after its call was over does not tell it.
  if (event === 'cdr' && linkedid === undefined) return rest;
  t.equal(linkedid, event === 'cdr' ? begun?.['Linkedid'] : id, `${event}.linkedid`);
  t.equal(Object.keys(body).at(-1), 'linkedid', `${event} ends with linkedid`);
  return rest;
}

function compareLegs(
  t: Checks,
  calls: readonly ExpectedCall[],
  begins: readonly Body[],
  ends: readonly Body[],
  { events }: Truth,
): void {
  const channels = new Map(
    events.filter(({ Event }) => Event === 'Newchannel').map((event) => [event['Channel'] ?? '', event]),
  );
  t.equal(ends.length, begins.length, 'contract §3.2: exactly one dialend for every dialbegein');
  const legs: ToldLeg[] = begins.map((begin) => ({
    begin,
    end: ends.find((end) => end['destchannel'] === begin['destchannel'] && end['uniqueid'] === begin['uniqueid']),
  }));
  for (const { begin, end } of legs) {
    const dest = channels.get(text(begin, 'destchannel'));
    const seen = events.filter((event) => event['DestUniqueid'] === dest?.['Uniqueid']);
    const begun = seen.find(({ Event }) => Event === 'DialBegin');
    t.same(Object.keys(begin), fields.dialbegein, 'contract §3.1: the fields of dialbegein in their order');
    t.equal(begin['destuniqueid'], dest?.['Uniqueid'], 'dialbegein.destuniqueid');
    t.equal(begin['uniqueid'], dest?.['Linkedid'], 'dialbegein.uniqueid is the Linkedid the call began with');
    t.equal(begin['timestamp'], begun?.['Timestamp'], 'dialbegein.timestamp is the event’s own');
    t.ok(begin['channel'] === '' || channels.has(text(begin, 'channel')), 'dialbegein.channel is a real channel');
    t.same(Object.keys(end ?? {}), fields.dialend, 'contract §3.2: the fields of dialend in their order');
    for (const field of ['channel', 'calleridnum', 'destchannel', 'destcalleridnum', 'uniqueid'] as const) {
      t.equal(end?.[field], begin[field], `dialend.${field} is dialbegein’s`);
    }
    const over = events.filter(
      (event) =>
        (event['Event'] === 'Hangup' && event['Uniqueid'] === dest?.['Uniqueid']) ||
        (event['Event'] === 'DialEnd' && event['DestUniqueid'] === dest?.['Uniqueid']) ||
        event['Event'] === 'OriginateResponse',
    );
    t.ok(
      over.some((event) => event['Timestamp'] === end?.['timestamp']),
      'dialend.timestamp is that of the DialEnd or Hangup that ended it',
    );
  }
  const told = legs.map(({ begin, end }) => ({
    from: deviceOf(text(begin, 'channel')),
    calleridnum: begin['calleridnum'],
    to: deviceOf(text(begin, 'destchannel')),
    destcalleridnum: begin['destcalleridnum'],
    dialstring: begin['dialstring'],
    dialstatus: end?.['dialstatus'],
  }));
  const wanted = calls.flatMap((call) => call.legs);
  t.same(sorted(told), sorted(wanted), 'contract §3.1, §3.2: who rang whom, and how it ended');
}

function compareHangups(t: Checks, calls: readonly ExpectedCall[], hangups: readonly Body[], { events }: Truth): void {
  const linkedids = new Set(events.filter(({ Event }) => Event === 'Newchannel').map((event) => event['Linkedid']));
  for (const body of hangups) {
    t.same(Object.keys(body), fields.hangup, 'contract §3.3: the fields of hangup in their order');
    t.ok(linkedids.has(text(body, 'uniqueid')), 'hangup.uniqueid is a call’s');
  }
  const told = hangups.map((body) => ({
    caller: [body['calleridnum'], body['calleridname']],
    callee: [body['connectedlinenum'], body['connectedlinename']],
  }));
  t.same(sorted(told), sorted(calls.flatMap((call) => call.hangups)), 'contract §3.3: one hangup for each channel');
}

/** Fields of the push → fields of Asterisk's Cdr event (contract §3.6). */
const cdrFields = {
  callerid: 'CallerID',
  source: 'Source',
  destination: 'Destination',
  starttime: 'StartTime',
  answertime: 'AnswerTime',
  endtime: 'EndTime',
  disposition: 'Disposition',
  duration: 'Duration',
  billableseconds: 'BillableSeconds',
  uniqueid: 'UniqueID',
} as const;

const choicesOf = ({ recordfile }: ExpectedRow): number => recordfile?.source.split('|').length ?? 0;

function compareRows(t: Checks, calls: readonly ExpectedCall[], cdrs: readonly Body[], { events }: Truth): void {
  const rows = events.filter(({ Event }) => Event === 'Cdr');
  for (const body of cdrs) {
    t.same(Object.keys(body), fields.cdr, 'contract §3.6: the fields of cdr in their order');
  }
  const copy = (get: (field: keyof typeof cdrFields) => unknown): Record<string, unknown> =>
    Object.fromEntries(Object.keys(cdrFields).map((field) => [field, get(field as keyof typeof cdrFields)]));
  t.same(
    sorted(cdrs.map((body) => copy((field) => body[field]))),
    sorted(rows.map((event) => copy((field) => cleaned(event[cdrFields[field]])))),
    'contract §3.6: one cdr for each row of Asterisk, field by field',
  );
  const wanted = calls.flatMap(({ rows: known }) => (known === 'varying' ? [] : known));
  if (calls.some(({ rows: known }) => known === 'varying')) return;
  // A row that may name one of two recordings takes what the others leave.
  const left = [...wanted].sort((a, b) => choicesOf(a) - choicesOf(b));
  const isLike = (body: Body, row: ExpectedRow): boolean =>
    body['calltype'] === row.calltype &&
    body['disposition'] === row.disposition &&
    (row.recordfile === undefined ? body['recordfile'] === '' : row.recordfile.test(text(body, 'recordfile')));
  const unlike = cdrs.filter((body) => {
    const at = left.findIndex((row) => isLike(body, row));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  t.same(
    { unlike: unlike.map(({ calltype, disposition, recordfile }) => ({ calltype, disposition, recordfile })), left },
    { unlike: [], left: [] },
    'contract §3.6: cdr.calltype, disposition and recordfile',
  );
}

function compareStatuses(t: Checks, statuses: readonly Body[], { events }: Truth): void {
  const told = new Map<string, string[]>();
  for (const body of statuses) {
    t.same(Object.keys(body), fields.extensionstatus, 'contract §3.4: the fields of extensionstatus in their order');
    const exten = text(body, 'exten');
    told.set(exten, [...(told.get(exten) ?? []), `${text(body, 'status')} ${text(body, 'statustext')}`]);
  }
  const seen = new Map<string, string[]>();
  for (const event of events) {
    if (event['Event'] !== 'ExtensionStatus') continue;
    const exten = event['Exten'] ?? '';
    const states = seen.get(exten) ?? [];
    const state = `${event['Status'] ?? ''} ${event['StatusText'] ?? ''}`;
    if (states.at(-1) !== state) states.push(state);
    seen.set(exten, states);
  }
  for (const [exten, states] of seen) {
    // The first thing told of an extension is what it was when the daemon came.
    const own = told.get(exten) ?? [];
    const initial = own.length - states.length;
    t.ok(initial === 0 || initial === 1, `extensionstatus of ${exten}: one for each change`);
    t.same(own.slice(initial), states, `extensionstatus of ${exten}: every change, in order`);
  }
}
