import t from 'tap';
import type { Json, PushedEvent } from '../../src/events/event.ts';
import { eventsOf } from '../../src/events/list.ts';
import { recording } from '../../src/events/recording.ts';
import type { Change, Member, MissedCall } from '../../src/picture/model.ts';
import { readTranscript, replay } from '../oracle/replay.ts';
import { fencesOf, one, plain, read, sectionsOf } from './markdown.ts';

/** What the code makes of a call that has every event of the contract: from outside through a menu and a queue to a survey. */
const replayed = replay(readTranscript('22-pjsip', 'inbound-menu-queue')).pushes;
/** No transcript holds the files of recordings. */
const recorded = recording(
  {
    type: 'recording-complete',
    recording: {
      ...{ callId: '1541415929.807', clientUserId: '', file: '/m/q.wav', size: 412_044, ms: 25_750 },
      ...{ agents: ['100'], from: 0, to: 26_000 },
    },
  },
  { mac: '68:69:2e:03:8b:3e', monitorDir: '/m', ivrNames: new Map() },
);
const member: Member = {
  ...{ interface: 'PJSIP/800', name: 'Agent 800', stateInterface: '', membership: 'dynamic', isListed: true },
  ...{ penalty: '0', paused: true, pausedReason: 'lunch', lastPause: 1, inCall: false, status: 1 },
  ...{ callsTaken: 0, lastCall: 0 },
};
const missed: MissedCall = {
  ...{
    id: '1541415929.807',
    number: '85322361',
    name: '',
    calls: 2,
    first: 0,
    last: 0,
    uuid: '1541416825.811',
    queue: '630',
  },
  ...{ cause: 'NO_AGENT_ANSWER', wait: 42, agentCode: '100', trunkNumber: '123456', hasVoicemail: false },
  ...{ queues: ['630'], tries: 0, closings: 0 },
};
/** What no transcript holds: what agents do and say. */
const worked = (
  [
    {
      type: 'disposition',
      callId: '1541415929.807',
      call: undefined,
      disposition: { code: 'callback', text: 'Call back later', note: '', extension: '100', name: 'anna', at: 0 },
    },
    { type: 'agent-state', queue: '630', member, agent: '800', state: 'pause', reason: 'lunch', since: 0 },
    ...(['lost', 'claimed', 'closed'] as const).map(
      (what) => ({ type: 'missed-call', what, missed, whose: [] }) as const,
    ),
  ] satisfies Change[]
).flatMap((change) => eventsOf(change, { mac: '68:69:2e:03:8b:3e', monitorDir: '/m', ivrNames: new Map() }));
const pushes = [...replayed, ...(recorded === undefined ? [] : [recorded]), ...worked];

function pushOf(event: string): PushedEvent {
  const found = pushes.findLast(({ body }) => body.event === event);
  if (found === undefined) throw new Error(`the scenario pushes no ${event}`);
  return found;
}

/** Names, order and types of all fields, those in objects and arrays too. */
function shapeOf(value: Json): unknown {
  if (Array.isArray(value)) return (value as readonly Json[]).slice(0, 1).map(shapeOf);
  if (typeof value === 'object') {
    return Object.entries(value as Readonly<Record<string, Json>>).map(([key, inner]) => [key, shapeOf(inner)]);
  }
  return typeof value;
}

function eventOf({ event }: Readonly<Record<string, Json>>): string {
  return typeof event === 'string' ? event : '';
}

/** The samples of a document: event → the JSON under its heading. */
function samplesOf(file: string): Map<string, Readonly<Record<string, Json>>> {
  const found = sectionsOf(read(file)).flatMap(({ heading, text }) =>
    fencesOf(text)
      .filter(({ language }) => language === 'json')
      .map((fence) => JSON.parse(fence.text) as Json)
      .filter((json): json is Readonly<Record<string, Json>> => typeof json === 'object' && 'event' in json)
      .map((json) => ({ heading, json })),
  );
  for (const { heading, json } of found) {
    if (!heading.includes(`\`${eventOf(json)}\``)) throw new Error(`${file}: another event under ${heading}`);
  }
  return new Map(found.map(({ json }) => [eventOf(json), json]));
}

const events = [
  'dialbegein',
  'dialanswer',
  'dialend',
  'hangup',
  'extensionstatus',
  'ivr',
  'cdr',
  'cc_cdr',
  'recording',
  'disposition',
  'agentstate',
  'missedcall',
  'missedcall_claimed',
  'missedcall_closed',
];

void t.test('docs/events.md: each event as a whole, its fields in the order in which they are pushed', (t) => {
  t.strictSame([...new Set(pushes.map(({ body }) => body.event))].sort(), events.toSorted());
  const samples = samplesOf('docs/events.md');
  t.strictSame([...samples.keys()], events);
  for (const event of events) t.strictSame(shapeOf(samples.get(event) ?? {}), shapeOf(pushOf(event).body), event);
  t.end();
});

void t.test('docs/api.md §3: the frozen fields come first, in their order', (t) => {
  const samples = samplesOf('docs/api.md');
  const frozen = events.filter((event) => !/^(dialanswer|recording|disposition|agentstate|missedcall.*)$/.test(event));
  t.strictSame([...samples.keys()], frozen);
  const rows = [...read('README.md').matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, names = '']) =>
    names.match(/\w+/g),
  );
  t.strictSame(rows, frozen, 'README.md names them');
  for (const event of frozen) {
    const keys = Object.keys(samples.get(event) ?? {});
    t.strictSame(keys, Object.keys(pushOf(event).body).slice(0, keys.length), event);
    t.equal(keys.at(-1), 'mac');
  }
  t.end();
});

void t.test('docs/events.md: signals and records', (t) => {
  const document = read('docs/events.md');
  const rows = [...document.matchAll(/^\| `(\w+)` +\| (signal|record) +\|/gm)].map(([, event, kind]) => [event, kind]);
  t.strictSame(
    rows,
    events.map((event) => [event, pushOf(event).class]),
  );
  t.end();
});

void t.test('docs/events.md: each field is told', (t) => {
  const sections = sectionsOf(read('docs/events.md'));
  for (const event of events) {
    // Two events have the fields of dialbegein; `event`, `mac` and `linkedid` are told for all.
    const same = ['dialanswer', 'dialend'].includes(event)
      ? 'dialbegein'
      : event.replace(/^missedcall_.*/, 'missedcall');
    const { text } = one(
      sections.filter(({ heading }) => heading.startsWith(`\`${same}\``)),
      event,
    );
    const words = plain(text.replace(/^```[^]*?^```$/gm, ''));
    const missing = Object.keys(pushOf(event).body).filter(
      (field) => !['event', 'mac', 'linkedid', 'dialstatus'].includes(field) && !words.includes(`\`${field}\``),
    );
    t.strictSame(missing, [], event);
  }
  t.end();
});
