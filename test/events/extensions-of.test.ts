import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { eventsOf } from '../../src/events/list.ts';
import { extensionsOf } from '../../src/events/extensions-of.ts';
import type { PushedEvent } from '../../src/events/event.ts';
import type { Change } from '../../src/picture/model.ts';
import { setups, type Setup } from '../lab/setup.ts';
import { lab, mac, monitorDirOf, readTranscript, replay, type Transcript } from '../oracle/replay.ts';

interface Told {
  readonly change: Change;
  readonly push: PushedEvent;
  /** Whose it is, in order. */
  readonly whose: readonly string[];
}

/** The records of a transcript, and whose they are. */
function recordsOf(transcript: Transcript): Told[] {
  const { picture, changes } = replay(transcript);
  const context = { mac, monitorDir: monitorDirOf(transcript.events), ivrNames: lab.ivrNames };
  return changes
    .map((change): Change =>
      change.type === 'call-over' ? { type: 'call-settled', callerPath: change.callerPath, pauseTime: 0 } : change,
    )
    .flatMap((change) =>
      eventsOf(change, context)
        .filter((push) => push.class === 'record')
        .map((push) => ({ change, push, whose: extensionsOf(change, picture).sort() })),
    );
}

/** Phones of the lab. */
const isPhone = (text: string): boolean => /^80\d$/.test(text);
const sorted = (texts: readonly string[]): string[] => [...new Set(texts.filter(isPhone))].sort();

/** Whose a record is by its own words, as somebody who knows nothing of the daemon reads it. */
function expectedOf({ change, push: { body } }: Told): string[] {
  const text = (field: string): string => (typeof body[field] === 'string' ? body[field] : '');
  if (change.type === 'cdr') {
    const [caller = '', callee = ''] = [change.row.channel, change.row.destinationChannel].map(
      (channel) => /^(?:PJ)?SIP\/(80\d)-/.exec(channel)?.[1] ?? '',
    );
    const isTaken = text('disposition') === 'ANSWERED' && callee !== '';
    return sorted([caller, callee, text('calltype') === 'outbound' || isTaken ? '' : text('destination')]);
  }
  const caller = text('callType').toLowerCase() === 'internal' ? text('caller') : '';
  const agents = (body['agents'] ?? []) as readonly { readonly agent: string }[];
  return sorted([caller, text('agentCode'), ...agents.map(({ agent }) => agent)]);
}

const folder = join(import.meta.dirname, '../transcripts');

void t.test('records of every scenario are of the extensions that they name, and of no other', (t) => {
  let seen = 0;
  for (const setup of setups) {
    for (const file of readdirSync(join(folder, setup))) {
      const scenario = file.replace('.ami', '');
      for (const told of recordsOf(readTranscript(setup, scenario))) {
        assert.deepEqual(told.whose, expectedOf(told), `${setup} ${scenario}: ${JSON.stringify(told.push.body)}`);
        seen++;
      }
    }
  }
  t.ok(seen > 500, `${seen} records`);
  t.end();
});

/** Each record's name with whose it is. */
const table: Readonly<Record<string, readonly string[]>> = {
  // Rung, but the caller gave up: a call that one missed is one's own.
  'inbound-queue-abandoned': ['ivr', 'cdr 800', 'cc_cdr 800'],
  // Nobody's phone could be called: it was for 801 all the same.
  'internal-unregistered': ['cdr 800 801'],
  'queue-ringall': ['cdr 800', 'cdr 801', 'cc_cdr 801'],
  // 801 was asked for advice, and never talked to the caller.
  'queue-consult-hung-up': ['cdr 800', 'cdr 801', 'cdr 800', 'cdr 800 801', 'cdr 801', 'cc_cdr 800'],
  'outbound-answered': ['cdr 800'],
  // 802 picked up what rang at 800.
  'queue-pickup': ['cdr 800', 'cdr 800', 'cdr 802', 'cc_cdr 800 802'],
};

void t.test('whose the records of some calls are', (t) => {
  const setup: Setup = '16-sip';
  for (const [scenario, wanted] of Object.entries(table)) {
    const told = recordsOf(readTranscript(setup, scenario));
    const lines = told.map(({ push, whose }) => [push.body.event, ...whose].join(' '));
    t.strictSame(lines, wanted, scenario);
  }
  t.end();
});

void t.test('a caller from outside who shows the number of an extension does not make its records that one’s', (t) => {
  for (const setup of setups) {
    for (const scenario of ['inbound-menu-queue', 'inbound-extension', 'queue-ringall', 'queue-transfer-third']) {
      const caller = scenario === 'inbound-extension' ? '18782985586' : '85322361';
      const told = recordsOf(readTranscript(setup, scenario, (text) => text.replaceAll(caller, '807')));
      t.ok(
        told.some(({ push: { body } }) => body['source'] === '807' || body['caller'] === '807'),
        `${setup} ${scenario}: it shows 807`,
      );
      t.notOk(
        told.some(({ whose }) => whose.includes('807')),
        `${setup} ${scenario}`,
      );
    }
  }
  t.end();
});
