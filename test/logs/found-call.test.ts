import t from 'tap';
import type { Knowledge } from '../../src/logs/missed-calls.ts';
import { MissedCalls } from '../../src/logs/missed-calls.ts';
import type { FoundCall } from '../../src/logs/queue-call.ts';
import { RowReader } from '../../src/logs/row.ts';
import type { Surroundings } from '../../src/records/found-call.ts';
import { ccCdrOfLogs } from '../../src/records/found-call.ts';
import type { Body, Recorded } from './recorded.ts';
import { bodiesOf, recorded, recordedSetups } from './recorded.ts';

const nobodyKnows: Knowledge = { callIdOf: () => undefined, isExpected: () => false, isTold: () => false };

const around: Surroundings = {
  extensionOf: (_queue, member) => /\d+$/.exec(member)?.[0] ?? member,
  isTrunk: (device) => device.endsWith('/trunk'),
  isExtension: (number) => /^8\d\d$/.test(number),
  hasMembers: () => true,
};

/** What a scenario's logs tell when nobody looked on. */
function foundIn({ queueLog, rows }: Recorded): FoundCall[] {
  const calls = new MissedCalls();
  const reader = new RowReader('auto');
  for (const line of queueLog) calls.found(line, 0);
  for (const line of rows) {
    const row = reader.read(line);
    if (typeof row !== 'string') calls.row(row);
  }
  return calls.due(60_000, nobodyKnows);
}

function recordOf(call: FoundCall): Body {
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

/** Hand-overs by Redirect, and who a caller talked to outside of queues, the logs of queues do not know. */
const knowsLess = /transfer|callback|pickup|waiting|click|local-transfer/;

for (const setup of recordedSetups) {
  void t.test(
    `contract §3.7: what the logs of ${setup} tell of a queue's call is what those who looked on saw`,
    (t) => {
      let count = 0;
      for (const one of recorded(setup)) {
        const seen = bodiesOf(one, 'cc_cdr');
        for (const call of foundIn(one)) {
          const record = recordOf(call);
          const other = seen.find(({ uuid }) => uuid === record['uuid']);
          t.ok(other, `${one.scenario}: there was a record of ${String(record['uuid'])}`);
          if (other === undefined) continue;
          t.strictSame(Object.keys(record), Object.keys(other), `${one.scenario}: the fields, in their order`);
          t.equal(record['incomplete'], true);
          if (knowsLess.test(one.scenario)) continue;
          count++;
          for (const field of same) t.equal(record[field], other[field], `${one.scenario}: ${field}`);
          for (const field of near) {
            // Of time on hold the log of queues knows nothing.
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
    },
  );
}
