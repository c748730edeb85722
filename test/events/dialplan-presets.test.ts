import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import type { PushedEvent } from '../../src/events/event.ts';
import type { Setup } from '../lab/setup.ts';
import { setups } from '../lab/setup.ts';
import type { Settings } from '../oracle/replay.ts';
import { monitorDirOf, readTranscript, replay } from '../oracle/replay.ts';

/** How a distribution calls what the lab's dialplan has, and what a call passes there besides. */
interface Distribution {
  readonly name: string;
  readonly preset: 'freepbx' | 'issabel';
  /** Further lines of `[dialplan]`. */
  readonly settings?: string;
  /** Context of the lab → its own. */
  readonly contexts: ReadonlyMap<string, string>;
  /** Steps of its subroutines, gone into and come back from at every step of a caller's way. */
  readonly subroutines: readonly string[];
}

/** Names that have not changed since FreePBX 2.x and that Issabel has kept. */
const common = {
  internal: 'from-internal',
  hints: 'ext-local',
  queues: 'ext-queues',
  did: 'ext-did-0002',
  'ivr-610': 'ivr-1',
  'ivr-620': 'ivr-2',
  bye: 'app-announcement-1',
  blacklisted: 'app-blacklist-check',
};

const recordCheck = ['s@sub-record-check', 'in@sub-record-check', 'recordcheck@sub-record-check'];

const distributions: readonly Distribution[] = [
  {
    name: 'FreePBX',
    preset: 'freepbx',
    contexts: new Map(
      Object.entries({ ...common, feedback: 'survey-1', voicemail: 'macro-vm', outbound: 'macro-dialout-trunk' }),
    ),
    subroutines: ['s@macro-user-callerid', 's@macro-blkvm-clr', 'ctset@macro-dial-one', ...recordCheck],
  },
  {
    name: 'FreePBX, with a menu of its web interface for a survey',
    preset: 'freepbx',
    settings: 'feedback = ivr-9',
    contexts: new Map(Object.entries({ ...common, feedback: 'ivr-9', voicemail: 'macro-vm' })),
    subroutines: ['s@macro-user-callerid'],
  },
  {
    name: 'Issabel, of the generation without Macro()',
    preset: 'issabel',
    contexts: new Map(
      Object.entries({ ...common, feedback: 'encuesta', voicemail: 'sub-vm', outbound: 'sub-dialout-trunk' }),
    ),
    subroutines: ['s@sub-user-callerid', 's@sub-blkvm-clr', ...recordCheck],
  },
];

/** Both write recordings into a folder of the day. */
const day = '2026/11/22/';

/** A transcript as the distribution would have told it. */
function retold(text: string, { contexts, subroutines }: Distribution): string {
  // Members are rung through a Local channel: here by from-queue, with the hint of the extension.
  const member = /^Interface: Local\/(\d+)@internal\/n\r$/m.exec(text)?.[1];
  const renamed = text
    .replaceAll(/^(\w*Context: )(.*)\r$/gm, (_, field: string, name: string) => `${field}${own(contexts, name)}\r`)
    .replaceAll(/^(StateInterface: hint:\d+@).*\r$/gm, '$1ext-local\r')
    .replaceAll(`Local/${member}@internal`, `Local/${member}@from-queue`)
    .replaceAll('@internal', '@from-internal')
    .replaceAll('/spool/monitor/', `/spool/monitor/${day}`);
  return renamed
    .split('\r\n\r\n')
    .flatMap((block) => (isStep(block) ? throughSubroutines(block, subroutines) : [block]))
    .join('\r\n\r\n');
}

function own(contexts: ReadonlyMap<string, string>, name: string): string {
  return contexts.get(name) ?? name;
}

/** Newexten of a channel on its way through the dialplan, not of one that is rung. */
function isStep(block: string): boolean {
  return /^Event: Newexten\r$/m.test(block) && !/^Application: App(Dial2?|Queue)\r$/m.test(block);
}

/** The step, after one that calls subroutines and comes back from each of them. */
function throughSubroutines(step: string, subroutines: readonly string[]): string[] {
  const priority = Number(/^Priority: (\d+)\r$/m.exec(step)?.[1]);
  const numbered = (number: number): string => step.replace(/^Priority: .*\r$/m, `Priority: ${number}\r`);
  const calling = numbered(2 * priority - 1)
    .replace(/^Application: .*\r$/m, 'Application: Gosub\r')
    .replace(/^AppData: .*$/m, `AppData: ${subroutines[0]!}`);
  return [calling, ...subroutines.map((place) => at(numbered(1), place)), numbered(2 * priority)];
}

function at(step: string, place: string): string {
  const [exten = '', context = ''] = place.split('@');
  return step
    .replace(/^Context: .*\r$/m, `Context: ${context}\r`)
    .replace(/^Exten: .*\r$/m, `Exten: ${exten}\r`)
    .replace(/^Extension: .*\r$/m, `Extension: ${exten}\r`)
    .replace(/^Application: .*\r$/m, 'Application: Set\r')
    .replace(/^AppData: .*$/m, 'AppData: REC_STATUS=INITIALIZED');
}

/** The settings of the preset, read as the daemon reads them. */
function settingsOf({ preset, settings = '' }: Distribution, monitorDir: string): Settings {
  const { config, warnings } = parseConfig(
    `[dialplan]\npreset = ${preset}\n${settings}\n[ivr]\n1 = working time\nivr-2 = second menu\n`,
    'api.conf',
  );
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return { picture: { extensions: config.extensions, ...config.dialplan }, ivrNames: config.ivr, monitorDir };
}

/** What is pushed of the call on the lab's dialplan, with the ids and files of the distribution. */
function expected(body: PushedEvent['body']): unknown {
  const ids = new Map([
    ['610', '1'],
    ['620', '2'],
  ]);
  const entries = Object.entries(body).map(([field, value]): [string, unknown] => {
    if (typeof value !== 'string' || value === '') return [field, value];
    if (field === 'ivrId') return [field, value.replaceAll(/\d+/g, (id) => ids.get(id) ?? id)];
    return [field, field === 'filePath' || field === 'recordfile' ? `${day}${value}` : value];
  });
  return Object.fromEntries(entries);
}

const scenariosOf = (setup: Setup): string[] =>
  readdirSync(join(import.meta.dirname, '../transcripts', setup)).map((file) => file.replace('.ami', ''));

for (const distribution of distributions) {
  const { name } = distribution;
  void t.test(`contract §3.5, §3.7 on ${name}: a call gives what it gives on the lab's dialplan`, (t) => {
    const seen = { ivr: 0, cc_cdr: 0, survey: 0, voicemail: 0, member: 0 };
    for (const setup of setups) {
      for (const scenario of scenariosOf(setup)) {
        const plain = readTranscript(setup, scenario);
        const bodies = replay(plain).pushes.map(({ body }) => body);
        if (!bodies.some(({ event }) => event === 'cc_cdr')) continue;
        const told = readTranscript(setup, scenario, (text) => retold(text, distribution));
        const there = replay(told, told.events, settingsOf(distribution, monitorDirOf(plain.events))).pushes;
        t.strictSame(
          there.map(({ body }) => body),
          bodies.map(expected),
          `${setup} ${scenario}`,
        );
        seen.ivr += bodies.filter(({ event }) => event === 'ivr').length;
        const records = bodies.filter(({ event }) => event === 'cc_cdr');
        seen.cc_cdr += records.length;
        seen.survey += records.filter(({ feedbackTime }) => feedbackTime !== '0').length;
        seen.voicemail += records.filter(({ voicemailState }) => voicemailState === '1').length;
        if (told.events.some((event) => event.get('Interface').endsWith('@from-queue/n'))) seen.member++;
      }
    }
    for (const [what, count] of Object.entries(seen)) t.ok(count >= setups.length, `${count} with ${what}`);
    t.end();
  });
}
