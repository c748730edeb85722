import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import type { Body, Checks, Truth } from './compare.ts';
import type { ExpectedCall, ExpectedMenu, ExpectedRecord } from './expected.ts';
import { menuFields, menuTexts, recordFields, recordTexts, secondsAsNumber, secondsAsText } from './expected.ts';
import type { Range } from './notation.ts';
import { isRefusal } from './notation.ts';

type Event = Readonly<Record<string, string>>;

/** What an observer saw of a call: its caller's channel from the beginning to the end. Times in seconds. */
interface Seen {
  readonly uuid: string;
  readonly begin: number;
  readonly end: number;
  /** Events of the caller's channel, in order. */
  readonly own: readonly Event[];
  /** Events of all channels. */
  readonly all: readonly Event[];
  /** Whole seconds by which anything may have lasted longer than planned: the machine was busy with something else. */
  readonly late: number;
}

const textOf = (body: Body, field: string): string => {
  const value = body[field];
  return typeof value === 'string' ? value : `not a string: ${JSON.stringify(value)}`;
};

const timeOf = (event: Event | undefined): number => Number(event?.['Timestamp']);

/** Seconds of a local time `YYYY-MM-DD HH:mm:ss`; NaN when it is written otherwise. */
function secondsOf(text: string): number {
  const [, ...parts] = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  if (second === undefined) return NaN;
  return new Date(year ?? 0, (month ?? 0) - 1, day, hour, minute, second).getTime() / 1000;
}

/** A time is told in whole seconds, hence within one of the event, whose time differs by µs between two AMI connections. */
function isAt(t: Checks, body: Body, field: string, time: number, what: string): void {
  const told = secondsOf(textOf(body, field));
  t.ok(Math.abs(told - time) <= 1.1, `${what}.${field} is as observed (${textOf(body, field)}, ${time})`);
}

/** What the observer saw of how long something lasted, in seconds. */
interface Observed {
  /** It may be longer than planned: so long, or a second more. */
  readonly longer?: number | undefined;
  /** It may be shorter than planned: exactly so long, rounded. */
  readonly shorter?: number | undefined;
}

/** Seconds. Two AMI connections, and the ends of one bridge, differ by a few milliseconds. */
const rounded = 0.5 + 0.02;

/** As planned, or longer: by what the machine was late; or as long as the observer saw it last. */
function isWithin(
  t: Checks,
  value: number,
  wanted: Range,
  what: string,
  { late }: Seen,
  observed: Observed = {},
): void {
  const { from } = wanted;
  const to = wanted.to + late;
  const { longer = NaN, shorter = NaN } = observed;
  const isIt =
    (value >= from || Math.abs(value - shorter) <= rounded) && (value <= to || Math.abs(value - longer) <= 1);
  t.ok(isIt, `${what}: ${value} is ${from === to ? from : `${from}..${to}`}`);
}

/** Whole seconds as the contract writes them. */
function secondsIn(
  t: Checks,
  body: Body,
  field: string,
  wanted: Range | undefined,
  what: string,
  seen: Seen,
  observed?: Observed,
): void {
  const value = textOf(body, field);
  if (wanted === undefined) {
    t.equal(value, '', `${what}.${field} is empty`);
    return;
  }
  t.match(value, /^(0|[1-9]\d*)$/, `${what}.${field} is a number as text`);
  isWithin(t, Number(value), wanted, `${what}.${field}`, seen, observed);
}

/** A fraction of a second makes one of two rounded times a second more; a moment is within what is planned. */
function lateOf({ late = 0 }: Truth): number {
  return late < moment ? 0 : Math.ceil(late);
}

/** Seconds. */
const moment = 0.2;

/** The calls that ivr and cc_cdr tell of, in the order in which their first channels began. */
function seenOf(truth: Truth, bodies: readonly Body[]): Seen[] {
  const uuids = new Set(bodies.map((body) => textOf(body, 'uuid')));
  return truth.events
    .filter(
      ({ Event, Uniqueid = '', Linkedid }) => Event === 'Newchannel' && Uniqueid === Linkedid && uuids.has(Uniqueid),
    )
    .map((first) => {
      const own = truth.events.filter(({ Uniqueid }) => Uniqueid === first['Uniqueid']);
      return {
        uuid: first['Uniqueid'] ?? '',
        begin: timeOf(first),
        end: timeOf(own.find(({ Event }) => Event === 'Hangup')),
        own,
        all: truth.events,
        late: lateOf(truth),
      };
    });
}

/** Compares ivr and cc_cdr: with what is written in test/scenarios, and with what an independent observer saw. */
export function compareRecords(
  t: Checks,
  setup: Setup,
  calls: readonly ExpectedCall[],
  bodies: readonly Body[],
  truth: Truth,
): void {
  const menus = bodies.filter(({ event }) => event === 'ivr');
  const records = bodies.filter(({ event }) => event === 'cc_cdr');
  const wanted = calls.filter((call) => call.record !== undefined || call.menus.length > 0);
  const seen = seenOf(truth, [...menus, ...records]);
  t.equal(
    records.length,
    wanted.length,
    'contract §3.7: exactly one cc_cdr for each call that passed a menu or a queue',
  );
  t.equal(seen.length, wanted.length, 'uuid is the Linkedid of such a call, of ivr and cc_cdr');
  t.equal(
    menus.length,
    wanted.reduce((sum, call) => sum + call.menus.length, 0),
    'contract §3.5: one ivr for each menu passed',
  );
  for (const body of menus) {
    t.same(Object.keys(body), ['event', ...menuFields], 'contract §3.5: the fields of ivr in their order');
  }
  for (const body of records) {
    t.same(
      Object.keys(body),
      ['event', ...recordFields],
      'contract §3.7: the fields of cc_cdr in their order, then ours',
    );
  }
  wanted.forEach((call, at) => {
    const one = seen[at];
    if (one === undefined) return;
    const isIts = (body: Body): boolean => body['uuid'] === one.uuid;
    const record = records.filter(isIts);
    t.equal(record.length, 1, `contract §3.7: one cc_cdr of the call ${one.uuid}`);
    compareMenus(t, call.menus, menus.filter(isIts), one);
    if (call.record !== undefined && record[0] !== undefined) compareRecord(t, setup, call.record, record[0], one);
  });
}

/** From the first step in a menu to the first outside of it: [entered, left] as places in `own`. */
function staysOf({ own }: Seen): { readonly context: string; readonly from: number; readonly to: number }[] {
  const stays: { context: string; from: number; to: number }[] = [];
  own.forEach((event, at) => {
    const isOver = event['Event'] === 'Hangup';
    if (event['Event'] !== 'Newexten' && !isOver) return;
    const context = isOver ? '' : (event['Context'] ?? '');
    // A subroutine returns to where it was called: FreePBX has one at every step.
    if (/^(?:macro|sub)-/.test(context)) return;
    const last = stays.at(-1);
    if (last?.context === context) return;
    if (last?.to === -1) last.to = at;
    if (!isOver) stays.push({ context, from: at, to: -1 });
  });
  return stays.filter((stay) => stay.context.startsWith('ivr-'));
}

function compareMenus(t: Checks, wanted: readonly ExpectedMenu[], told: readonly Body[], seen: Seen): void {
  const stays = staysOf(seen);
  t.equal(told.length, wanted.length, `contract §3.5: the ivrs of the call ${seen.uuid}`);
  t.equal(stays.length, wanted.length, 'the caller was in as many menus');
  wanted.forEach((menu, at) => {
    const body = told[at];
    const stay = stays[at];
    if (body === undefined || stay === undefined) return;
    for (const field of menuTexts) t.equal(body[field], menu.texts[field], `contract §3.5: ivr.${field}`);
    const [entered, left] = [timeOf(seen.own[stay.from]), timeOf(seen.own[stay.to])];
    secondsIn(t, body, 'duration', menu.duration, 'ivr', seen, { longer: left - entered });
    t.equal(`ivr-${textOf(body, 'ivrId')}`, stay.context, 'ivr.ivrId is the menu that the caller was in');
    isAt(t, body, 'startTime', entered, 'ivr');
    isAt(t, body, 'endTime', left, 'ivr');
    isNear(t, Number(body['duration']), left - entered, 'ivr.duration is as long as the caller was in the menu');
    const keys = seen.own
      .slice(stay.from, stay.to)
      .filter(({ Event, Direction }) => Event === 'DTMFEnd' && Direction === 'Received');
    t.equal(body['ivrDtmf'], keys.map(({ Digit = '' }) => Digit).join(''), 'ivr.ivrDtmf is what the caller pressed');
  });
}

function isNear(t: Checks, told: number, seconds: number, what: string, slack = 1): void {
  t.ok(Math.abs(told - seconds) <= slack, `${what} (${told}, ${seconds.toFixed(2)})`);
}

/** Seconds that the caller waited in queues. */
function waitedIn({ own }: Seen): number {
  const leaves = own.filter(({ Event }) => Event === 'QueueCallerLeave');
  return own
    .filter(({ Event }) => Event === 'QueueCallerJoin')
    .reduce((sum, join, at) => sum + timeOf(leaves[at]) - timeOf(join), 0);
}

/** When each channel was in a bridge, as [from, to]. */
function connectionsOf(events: readonly Event[]): (readonly [number, number])[] {
  const entered = new Map<string | undefined, number>();
  return events.flatMap((event) => {
    const { Event, Uniqueid } = event;
    if (Event === 'BridgeEnter') entered.set(Uniqueid, timeOf(event));
    return Event === 'BridgeLeave' ? [[entered.get(Uniqueid) ?? NaN, timeOf(event)] as const] : [];
  });
}

/**
 * Seconds for which the caller and the phone of an agent were connected: less than the phones talked, because Asterisk
 * connects the two only after the phone that answers has heard of it. NaN where they were not, or somebody was on hold.
 */
function talkedWith({ own, all }: Seen, agent: string): number {
  if (all.some(({ Event }) => Event === 'Hold')) return NaN;
  const callers = connectionsOf(own);
  const theirs = connectionsOf(all.filter(({ Channel = '' }) => Channel.split(/[/-]/)[1] === agent));
  const together = callers
    .flatMap(([from, to]) => theirs.map(([begin, end]) => Math.min(to, end) - Math.max(from, begin)))
    .filter((seconds) => seconds > 0);
  return together.length === 0 ? NaN : together.reduce((sum, seconds) => sum + seconds, 0);
}

/** What the observer knows of a record's seconds. */
function observedIn(seen: Seen): Partial<Record<string, number>> {
  const menus = staysOf(seen).reduce((sum, { from, to }) => sum + timeOf(seen.own[to]) - timeOf(seen.own[from]), 0);
  return {
    duration: seen.end - seen.begin,
    ivrTime: menus,
    ...(isElsewhere(seen) ? {} : { queueTime: waitedIn(seen) }),
  };
}

function compareRecord(t: Checks, setup: Setup, wanted: ExpectedRecord, body: Body, seen: Seen): void {
  for (const field of recordTexts) t.equal(body[field], wanted.texts[field], `contract §3.7: cc_cdr.${field}`);
  const observed = observedIn(seen);
  const [{ agent } = { agent: '' }] = wanted.agents;
  for (const field of secondsAsText) {
    const shorter = field === 'talkingTime' && wanted.agents.length === 1 ? talkedWith(seen, agent) : undefined;
    secondsIn(t, body, field, wanted.seconds[field], 'contract §3.7: cc_cdr', seen, {
      longer: observed[field],
      shorter,
    });
  }
  for (const field of secondsAsNumber) {
    const value = body[field];
    t.ok(Number.isInteger(value), `contract §3.7: cc_cdr.${field} is a number`);
    isWithin(t, Number(value), wanted.seconds[field] ?? { from: 0, to: 0 }, `contract §3.7: cc_cdr.${field}`, seen);
  }
  isAt(t, body, 'startTime', seen.begin, 'cc_cdr');
  isAt(t, body, 'endTime', seen.end, 'cc_cdr');
  const length = secondsOf(textOf(body, 'endTime')) - secondsOf(textOf(body, 'startTime'));
  isNear(t, Number(body['duration']), length, 'cc_cdr.duration is from startTime to endTime');
  isNear(t, Number(body['duration']), seen.end - seen.begin, 'cc_cdr.duration is as observed');
  const hangup = seen.own.find(({ Event }) => Event === 'Hangup');
  const cause = [hangup?.['TechCause'], hangup?.['Cause-txt']].find((text) => text !== undefined && text !== '');
  t.equal(
    body['hangupCause'],
    `${techOf(setup)} ${cause ?? 'not observed'}`,
    'contract §3.7: cc_cdr.hangupCause is Asterisk’s own text',
  );
  compareParking(t, body, seen);
  compareFile(t, wanted, body, seen);
  compareAgents(t, wanted, body, seen);
  compareQueues(t, wanted, body, seen);
  t.equal(body['incomplete'], wanted.incomplete, 'cc_cdr.incomplete');
}

/**
 * A caller, or the half of a Local channel that stands for them, was in a parking lot from ParkedCall, or from when they
 * were given the place of the person who had asked there, to the next word.
 */
function compareParking(t: Checks, body: Body, { uuid, all, late }: Seen): void {
  const own = new Set(
    all.filter(({ ParkeeLinkedid }) => ParkeeLinkedid === uuid).map(({ ParkeeUniqueid }) => ParkeeUniqueid),
  );
  const given = all.find((event) => event['Event'] === 'AttendedTransfer' && event['TransfereeUniqueid'] === uuid);
  const words = all.filter(({ ParkeeUniqueid }) => ParkeeUniqueid !== undefined && own.has(ParkeeUniqueid));
  const parked = words.reduce((total, event, at) => {
    const next = words.slice(at + 1).find(({ ParkeeUniqueid }) => ParkeeUniqueid === event['ParkeeUniqueid']);
    if (!/^ParkedCall(Swap)?$/.test(event['Event'] ?? '') || next === undefined) return total;
    const from = Math.max(timeOf(event), given === undefined || timeOf(given) > timeOf(next) ? 0 : timeOf(given));
    return total + timeOf(next) - from;
  }, 0);
  // Whose place they are given is told by two events, between which the machine may have stood still.
  const slack = given === undefined ? 1 : 1 + late;
  isNear(t, Number(body['parkedTime']), parked, 'cc_cdr.parkedTime is as observed', slack);
}

/**
 * Whether another channel than the caller's own went through a queue for them: a half of a Local channel, or one whose
 * place was taken. What such a call was is in the table only; the observer looks at the caller's channel.
 */
function isElsewhere({ uuid, all }: Seen): boolean {
  return all.some((event) =>
    event['Event'] === 'QueueCallerJoin'
      ? event['Linkedid'] === uuid && event['Uniqueid'] !== uuid
      : event['Event'] === 'AttendedTransfer' &&
        event['DestApp'] === 'Queue' &&
        [
          event['TransfereeUniqueid'],
          event['SecondTransfererUniqueid'],
          // The half of a Local member that is handed over stands for the caller.
          event['TransfereeLinkedid'],
        ].includes(uuid),
  );
}

/** The caller stays in the bridge with a Local member that is handed on, and hears its ringing there. */
function isHandedOnBehindALocalChannel({ uuid, all }: Seen): boolean {
  return all.some(
    (event) =>
      event['Event'] === 'BlindTransfer' &&
      event['TransfereeLinkedid'] === uuid &&
      event['TransfereeChannel']?.startsWith('Local/') === true,
  );
}

function compareFile(t: Checks, { filePath }: ExpectedRecord, body: Body, seen: Seen): void {
  const told = textOf(body, 'filePath');
  if (filePath === undefined) {
    t.equal(told, '', 'contract §3.7: cc_cdr.filePath is empty: nobody talked');
    return;
  }
  t.match(told, filePath, 'contract §3.7: cc_cdr.filePath');
  if (isElsewhere(seen)) return;
  const files = seen.all
    .filter(({ Event, Variable }) => Event === 'VarSet' && Variable === 'MIXMONITOR_FILENAME')
    .filter(({ Linkedid }) => Linkedid === seen.uuid)
    .map(({ Value = '' }) => Value);
  t.ok(
    files.some((file) => file === told || file.endsWith(`/${told}`)),
    `cc_cdr.filePath is a recording of this call (${files.join()})`,
  );
}

/** Objects of an array; whatever else there is becomes one without fields. */
function listIn(body: Body, field: string): Body[] {
  const value = body[field];
  if (!Array.isArray(value)) return [{ [field]: 'no array' }];
  return value.map((item: unknown) => (typeof item === 'object' && item !== null ? (item as Body) : {}));
}

const isText = (body: Body): boolean => Object.values(body).every((value) => typeof value === 'string');

/** When the caller was connected: their own channel, and the one that waited in a queue for them. */
function answersIn({ uuid, all }: Seen): number[] {
  const waiting = all.find(({ Event, Linkedid }) => Event === 'QueueCallerJoin' && Linkedid === uuid);
  return [uuid, waiting?.['Uniqueid'] ?? uuid].map((channel) =>
    timeOf(all.find(({ Event, Uniqueid }) => Event === 'BridgeEnter' && Uniqueid === channel)),
  );
}

function compareAgents(t: Checks, wanted: ExpectedRecord, body: Body, seen: Seen): void {
  const told = listIn(body, 'agents');
  t.same(
    told.map(({ agent }) => agent),
    wanted.agents.map(({ agent }) => agent),
    'cc_cdr.agents: who talked, in order',
  );
  wanted.agents.forEach((agent, at) => {
    const one = told[at];
    if (one === undefined) return;
    const what = `cc_cdr.agents ${agent.agent}`;
    t.same(Object.keys(one), ['agent', 'startTime', 'endTime', 'talkingTime'], `${what}: the fields in their order`);
    t.ok(isText(one), `${what}: all of them are texts`);
    const isOnce = wanted.agents.filter((other) => other.agent === agent.agent).length === 1;
    const shorter = isOnce ? talkedWith(seen, agent.agent) : undefined;
    secondsIn(t, one, 'talkingTime', agent.talkingTime, what, seen, { shorter });
    const [from, to] = [secondsOf(textOf(one, 'startTime')), secondsOf(textOf(one, 'endTime'))];
    t.ok(from <= to && from >= seen.begin - 1 && to <= seen.end + 1, `${what}: inside the call`);
    const isSeen = (name: string, time: number): boolean =>
      seen.all.some((event) => event['Event'] === name && Math.abs(timeOf(event) - time) <= 1);
    t.ok(isSeen('BridgeEnter', from), `${what}: somebody was connected at startTime`);
    t.ok(isSeen('BridgeLeave', to), `${what}: somebody was disconnected at endTime`);
    t.ok(Number(one['talkingTime']) <= to - from + 1, `${what}: no longer than it lasted`);
  });
  const sum = told.reduce((total, one) => total + Number(one['talkingTime']), 0);
  isNear(t, Number(body['talkingTime']), sum, 'cc_cdr.talkingTime is that of its agents', told.length / 2);
  if (!wanted.answered) {
    t.equal(body['answerTime'], '', 'cc_cdr.answerTime is empty: nobody answered');
    return;
  }
  const answer = secondsOf(textOf(body, 'answerTime'));
  const [nearest = NaN] = answersIn(seen).sort((a, b) => Math.abs(a - answer) - Math.abs(b - answer));
  isAt(t, body, 'answerTime', nearest, 'cc_cdr');
  t.equal(body['answerTime'], told[0]?.['startTime'], 'cc_cdr.answerTime is when the first agent began');
  if (isElsewhere(seen) || isHandedOnBehindALocalChannel(seen)) return;
  const enters = seen.own.filter(({ Event }) => Event === 'BridgeEnter');
  const leaves = seen.own.filter(({ Event }) => Event === 'BridgeLeave');
  const connected = enters.reduce((total, enter, at) => total + timeOf(leaves[at]) - timeOf(enter), 0);
  const spent = ['talkingTime', 'holdTime', 'parkedTime'].reduce((total, field) => total + Number(body[field]), 0);
  // Each is rounded by itself; a parked call that comes back rings for a moment, in the bridge still.
  const slack = (wanted.seconds.parkedTime?.to ?? 0) === 0 ? 1 : 2;
  isNear(
    t,
    spent,
    connected,
    'cc_cdr.talkingTime, holdTime and parkedTime are as long as the caller was connected',
    slack,
  );
}

function compareQueues(t: Checks, wanted: ExpectedRecord, body: Body, seen: Seen): void {
  const { own, begin, end } = seen;
  const told = listIn(body, 'queues');
  t.same(
    told.map(({ queueCode, outcome }) => ({ queueCode, outcome })),
    wanted.queues.map(({ queueCode, outcome }) => ({ queueCode, outcome })),
    'cc_cdr.queues: the queues passed and how',
  );
  const joins = own.filter(({ Event }) => Event === 'QueueCallerJoin');
  const leaves = own.filter(({ Event }) => Event === 'QueueCallerLeave');
  const entered = wanted.queues.filter(({ outcome }) => !isRefusal(outcome));
  const isSeen = !isElsewhere(seen);
  if (isSeen) {
    t.same(
      joins.map(({ Queue }) => Queue),
      entered.map(({ queueCode }) => queueCode),
      'the caller waited in these queues',
    );
  }
  wanted.queues.forEach((queue, at) => {
    const one = told[at];
    if (one === undefined) return;
    const what = `cc_cdr.queues ${queue.queueCode}`;
    const fields = ['queueCode', 'startTime', 'endTime', 'queueTime', 'outcome'];
    t.same(Object.keys(one), fields, `${what}: the fields in their order`);
    t.ok(isText(one), `${what}: all of them are texts`);
    const place = isSeen ? entered.indexOf(queue) : -1;
    const [join, leave] = [timeOf(joins[place]), timeOf(leaves[place])];
    secondsIn(t, one, 'queueTime', queue.queueTime, what, seen, { longer: leave - join });
    if (!isSeen) return;
    if (place === -1) {
      t.equal(one['startTime'], one['endTime'], `${what}: refused at once`);
      const time = secondsOf(textOf(one, 'startTime'));
      t.ok(time >= begin - 1 && time <= end + 1, `${what}: inside the call`);
      return;
    }
    isAt(t, one, 'startTime', join, what);
    isAt(t, one, 'endTime', leave, what);
    isNear(t, Number(one['queueTime']), leave - join, `${what}.queueTime is as observed`);
  });
  if (!isSeen) return;
  isNear(t, Number(body['queueTime']), waitedIn(seen), 'cc_cdr.queueTime is as observed');
}
