import t from 'tap';
import type { Knowledge } from '../../src/backfill/missed-calls.ts';
import { MissedCalls } from '../../src/backfill/missed-calls.ts';
import type { LoggedCall } from '../../src/backfill/logged-call.ts';
import { RowReader } from '../../src/backfill/row.ts';
import type { Surroundings } from '../../src/events/cc_cdr-of-logs.ts';
import { ccCdrOfLogs } from '../../src/events/cc_cdr-of-logs.ts';
import type { Body, Recorded } from '../oracle/recorded-logs.ts';
import { bodiesOf, recorded, recordedSetups } from '../oracle/recorded-logs.ts';

const nobodyKnows: Knowledge = {
  callIdOf: () => undefined,
  isExpected: () => false,
  hasRecord: () => false,
  hasNoQueue: () => false,
};

const around: Surroundings = {
  extensionOfMember: (_queue, member) => /\d+$/.exec(member)?.[0] ?? member,
  hasMembers: () => true,
  directory: {
    extensionOf: (device) => /\/(8\d\d)$/.exec(device)?.[1] ?? '',
    isTrunk: (device) => device.endsWith('/trunk'),
    isExtension: (number) => /^8\d\d$/.test(number),
  },
};

/** The calls that a scenario's logs tell of when the daemon was away. */
function foundIn({ queueLog, rows }: Recorded): LoggedCall[] {
  const calls = new MissedCalls();
  const reader = new RowReader('auto');
  for (const line of queueLog) calls.found(line, 0);
  for (const line of rows) {
    const row = reader.read(line);
    if (typeof row !== 'string') calls.row(row);
  }
  return calls.due(60_000, nobodyKnows);
}

function recordOf(call: LoggedCall): Body {
  return ccCdrOfLogs(call, around, { mac: '68:69:2e:03:8b:3e', monitorDir: '/', ivrNames: new Map() }).body;
}

/** Seconds apart. */
function apart(one: unknown, other: unknown): number {
  const moment = (value: unknown): number =>
    /^\d+$/.test(String(value)) ? Number(value) : Date.parse(String(value)) / 1000;
  return Math.abs(moment(one) - moment(other));
}

/** What Asterisk's logs tell as surely as the events. */
const same = ['uuid', 'caller', 'queueCode', 'callType', 'agentCode'];
/** What they tell to the second. */
const near = ['startTime', 'endTime', 'duration', 'queueTime', 'talkingTime'];

/** Scenarios that queue_log cannot tell in full: transfers by Redirect, conversations outside of queues. */
const knowsLess = /transfer|callback|pickup|waiting|click|local-transfer/;

for (const setup of recordedSetups) {
  void t.test(`contract §3.7: the logs of ${setup} tell of a queue's call what the events told`, (t) => {
    let count = 0;
    for (const one of recorded(setup)) {
      const seen = bodiesOf(one, 'cc_cdr');
      for (const call of foundIn(one)) {
        const record = recordOf(call);
        const other = seen.find(({ uuid }) => uuid === record['uuid']);
        t.ok(other, `${one.scenario}: there was a record of ${String(record['uuid'])}`);
        if (other === undefined) continue;
        // It was recorded before there was a linkedid.
        t.strictSame(
          Object.keys(record),
          [...Object.keys(other), 'linkedid'],
          `${one.scenario}: the fields, in their order`,
        );
        t.equal(record['linkedid'], other['uuid']);
        t.equal(record['incomplete'], true);
        if (knowsLess.test(one.scenario)) continue;
        count++;
        for (const field of same) t.equal(record[field], other[field], `${one.scenario}: ${field}`);
        for (const field of near) {
          // queue_log does not tell the time on hold.
          if (field === 'talkingTime' && other['holdTime'] !== 0) continue;
          t.ok(
            apart(record[field], other[field]) <= 1,
            `${one.scenario}: ${field} ${String(record[field])}, ${String(other[field])}`,
          );
        }
        const codes = (body: Body): unknown[] => (body['queues'] as Body[]).map(({ queueCode }) => queueCode);
        const refused = (body: Body): boolean =>
          (body['queues'] as Body[]).some(
            ({ outcome }) => outcome === 'joinempty' || outcome === 'full' || outcome === 'joinunavail',
          );
        if (!refused(other)) t.strictSame(codes(record), codes(other), `${one.scenario}: queues`);
        t.equal(
          record['missCause'] === '',
          other['missCause'] === '',
          `${one.scenario}: lost or not: ${String(record['missCause'])}, ${String(other['missCause'])}`,
        );
      }
    }
    t.ok(count >= 25, `${count} calls`);
    t.end();
  });
}

/** A call in queue 630, answered by a member that has left the queue since; the lines and rows of 16-sip. */
function foundCall(more: Partial<LoggedCall> = {}): LoggedCall {
  const [at, id] = [1_795_892_248_000, '1795892248.0'];
  const leg = { channel: 'SIP/800-00000001', isAnswered: true, queue: '630', from: at, to: at + 12_000 };
  const rung = { ...leg, channel: 'SIP/801-00000002', isAnswered: false, to: at + 4_000 };
  const visit = {
    queue: '630',
    joinedAt: at,
    leftAt: at + 5_000,
    waited: 5_000,
    outcome: 'answered',
    rings: [{ agent: 'Agent B', from: at, to: at + 4_000 }],
    talk: { agent: 'Agent A', from: at + 5_000, to: at + 12_000, end: { by: 'agent' }, ringing: 1_000 },
  } as const;
  const rows = { from: at, to: at + 12_000, channel: 'SIP/trunk-00000000', destination: '630', legs: [rung, leg] };
  return {
    callId: id,
    uniqueids: [id],
    caller: '85322361',
    did: '',
    visits: [{ ...visit, rings: [...visit.rings] }],
    rows,
    recording: '',
    ...more,
  };
}

void t.test(
  'contract §3.7 agentCode, called: the row tells the phone of a member that has left the queue since',
  (t) => {
    t.match(recordOf(foundCall()), { agentCode: '800', called: '800', agents: [{ agent: '800' }] });
    const [visit] = foundCall().visits;
    const lost = foundCall({ visits: [{ ...visit!, talk: undefined, outcome: 'abandoned' }] });
    t.match(recordOf(lost), { agentCode: '801', called: '801', missCause: 'MEMBER_CANCEL' });
    t.match(recordOf(foundCall({ rows: undefined })), { agentCode: 'Agent A' }, 'the name is all there is');
    t.end();
  },
);

void t.test(
  'contract §3.7 trunkNumber: the number that the dialplan wrote into the log, otherwise the last one dialled',
  (t) => {
    const rows = foundCall().rows!;
    t.match(recordOf(foundCall({ did: '654630' })), { trunkNumber: '654630' });
    t.match(recordOf(foundCall({ rows: { ...rows, destination: '2125551234' } })), { trunkNumber: '2125551234' });
    for (const destination of ['630', '800', 's', 'h', '*97']) {
      t.match(recordOf(foundCall({ rows: { ...rows, destination } })), { trunkNumber: '' }, destination);
    }
    const inside = { ...rows, channel: 'SIP/801-1', destination: '2125551234' };
    t.match(recordOf(foundCall({ rows: inside })), { trunkNumber: '', callType: 'internal' });
    t.end();
  },
);
