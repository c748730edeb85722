import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialplan } from '../lab/places.ts';
import type { Setup } from '../lab/setup.ts';
import type { Outcome, Range } from './notation.ts';
import { agentsOf, chosenFor, queuesOf, rangeOf, recordingOf } from './notation.ts';
import type { Section } from './tables.ts';
import { columnsOf, rowsOf, sectionsOf } from './tables.ts';

/** Number and name of a party as hangup tells them (contract §3.3). */
export type Who = readonly [num: string, name: string];

/** One dialbegein with its dialend (contract §3.1, §3.2), as a person who watched the phones would write it down. */
export interface ExpectedLeg {
  /** Whose channel called: an extension, `trunk`, or `''` when the API rang the phone. */
  readonly from: string;
  readonly calleridnum: string;
  readonly to: string;
  readonly destcalleridnum: string;
  readonly dialstring: string;
  readonly dialstatus: string;
}

/** What a hand can know of a row of Asterisk; `recordfile`: its name, `undefined` for none (contract §3.6). */
export interface ExpectedRow {
  readonly calltype: string;
  readonly disposition: string;
  readonly recordfile: RegExp | undefined;
}

/** The fields of ivr and cc_cdr after `event`, in their order (contract §3.5, §3.7; after `mac` they are ours). */
export const menuFields = [
  ...['uuid', 'caller', 'called', 'callType', 'queueCode', 'startTime', 'endTime', 'duration', 'ivrId', 'ivrName'],
  ...['ivrDtmf', 'trunkNumber', 'mac'],
] as const;
export const recordFields = [
  ...['uuid', 'caller', 'called', 'queueCode', 'agentCode', 'callType', 'cdrState', 'hangupSide', 'hangupCause'],
  ...['startTime', 'endTime', 'duration', 'queueTime', 'feedbackTime', 'ivrTime', 'ringTime', 'holdTime', 'pauseTime'],
  ...['talkingTime', 'voicemailState', 'ivrId', 'ivrName', 'ivrDtmf', 'fwType', 'score', 'trunkNumber'],
  ...['forwardNumber', 'filePath', 'missCause', 'mac', 'agents', 'answerTime', 'queues', 'incomplete', 'parkedTime'],
] as const;

/** Fields whose text is known word by word. */
export const menuTexts = [
  ...(['caller', 'called', 'callType', 'queueCode', 'ivrId', 'ivrName', 'ivrDtmf', 'trunkNumber'] as const),
] as const;
export const recordTexts = [
  ...(['caller', 'called', 'queueCode', 'agentCode', 'callType', 'cdrState', 'hangupSide', 'voicemailState'] as const),
  ...(['ivrId', 'ivrName', 'ivrDtmf', 'fwType', 'score', 'trunkNumber', 'forwardNumber', 'missCause'] as const),
] as const;

/** Fields that are whole seconds: the first as strings, the others as numbers (contract §3.7). */
export const secondsAsText = [
  ...(['duration', 'queueTime', 'feedbackTime', 'ivrTime', 'ringTime', 'talkingTime', 'parkedTime'] as const),
] as const;
export const secondsAsNumber = ['holdTime', 'pauseTime'] as const;

/** An ivr (contract §3.5). */
export interface ExpectedMenu {
  readonly texts: Readonly<Record<(typeof menuTexts)[number], string>>;
  readonly duration: Range;
}

/** A cc_cdr (contract §3.7). */
export interface ExpectedRecord {
  readonly texts: Readonly<Record<(typeof recordTexts)[number], string>>;
  /** `undefined`: an empty text, which ivrTime is when no menu was passed. */
  readonly seconds: Readonly<Record<(typeof secondsAsText | typeof secondsAsNumber)[number], Range | undefined>>;
  /** `undefined`: nothing was recorded. */
  readonly filePath: RegExp | undefined;
  readonly agents: readonly { readonly agent: string; readonly talkingTime: Range }[];
  readonly answered: boolean;
  readonly queues: readonly { readonly queueCode: string; readonly outcome: Outcome; readonly queueTime: Range }[];
  readonly incomplete: boolean;
}

/** Everything that one call of a scenario pushes, but extensionstatus. */
export interface ExpectedCall {
  readonly legs: readonly ExpectedLeg[];
  /** One for each channel. */
  readonly hangups: readonly { readonly caller: Who; readonly callee: Who }[];
  /**
   * One for each row of Asterisk. `varying`: the same call gives other rows each time it is made (measured), they are
   * compared with Asterisk's only.
   */
  readonly rows: readonly ExpectedRow[] | 'varying';
  readonly menus: readonly ExpectedMenu[];
  readonly record: ExpectedRecord | undefined;
}

const ordinals = ['first', 'second', 'third'];
const parts = ['Phones that rang', 'Hang-ups', 'Call detail records', 'Menus', 'Call-centre record'];

/** What no hand can write down stands in its place; the comparison takes it from what an observer saw. */
const observed: Readonly<Record<string, string>> = {
  uuid: 'the call’s',
  startTime: 'as observed',
  endTime: 'as observed',
  hangupCause: 'as observed',
  mac: 'the box’s',
};

/** Reads one file of `test/scenarios/` for one set-up and dialplan; throws on whatever it does not understand. */
export function readScenario(text: string, setup: Setup, dialplan: Dialplan = 'kit'): readonly ExpectedCall[] {
  const [title, ...sections] = sectionsOf(text);
  if (title === undefined || !/^# \S/.test(title.heading)) throw new Error('the file begins with no title');
  if (title.lines.length === 0) throw new Error('there is no story');
  const size = 1 + parts.length;
  const count = sections.length / size;
  return Array.from({ length: Math.ceil(count) }, (_, at) => {
    const heading = count === 1 ? '## The call' : `## The ${ordinals[at] ?? '?'} call`;
    const [head, ...own] = sections.slice(at * size, (at + 1) * size);
    const found = [head, ...own].map((section) => section?.heading).join(', ');
    const wanted = [heading, ...parts.map((part) => `### ${part}`)].join(', ');
    if (found !== wanted) throw new Error(`the headings are ${found}, not ${wanted}`);
    if (head !== undefined && head.lines.length > 0) throw new Error(`${heading}: ${head.lines.join(' ')}`);
    return callOf(own, setup, dialplan);
  });
}

function callOf(sections: readonly Section[], setup: Setup, dialplan: Dialplan): ExpectedCall {
  const [rang, hungUp, rows, menus, record] = sections.map(({ heading, lines }) => ({ heading, lines }));
  if (!rang || !hungUp || !rows || !menus || !record) throw new Error('a section is missing');
  const forSetup = (row: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, chosenFor(cell, setup, dialplan)]));
  const rowsHere = (section: Section, columns: readonly string[]): Record<string, string>[] =>
    rowsOf(section, columns).map(forSetup);
  const records = columnsOf(record, recordFields, { parkedTime: '0' }).map(forSetup);
  if (records.length > 1) throw new Error('a call has one cc_cdr');
  return {
    legs: rowsHere(rang, legColumns) as unknown as ExpectedLeg[],
    hangups: rowsHere(hungUp, hangupColumns).map((row) => ({
      caller: [row['calleridnum'] ?? '', row['calleridname'] ?? ''],
      callee: [row['connectedlinenum'] ?? '', row['connectedlinename'] ?? ''],
    })),
    rows:
      rows.lines.join() === 'They differ each time.'
        ? 'varying'
        : rowsHere(rows, ['calltype', 'disposition', 'recordfile']).map(
            ({ calltype = '', disposition = '', recordfile = '' }) => ({
              calltype,
              disposition,
              recordfile: recordingOf(recordfile),
            }),
          ),
    menus: columnsOf(menus, menuFields).map(forSetup).map(menuOf),
    record: records.map(recordOf)[0],
  };
}

const legColumns = ['from', 'calleridnum', 'to', 'destcalleridnum', 'dialstring', 'dialstatus'];
const hangupColumns = ['calleridnum', 'calleridname', 'connectedlinenum', 'connectedlinename'];

function checkObserved(cells: Readonly<Record<string, string>>): void {
  for (const [field, word] of Object.entries(observed)) {
    if (field in cells && cells[field] !== word) throw new Error(`${field}: "${word}", not "${cells[field] ?? ''}"`);
  }
}

function pick<Field extends string>(
  cells: Readonly<Record<string, string>>,
  fields: readonly Field[],
): Record<Field, string> {
  return Object.fromEntries(fields.map((field) => [field, cells[field] ?? ''])) as Record<Field, string>;
}

function menuOf(cells: Record<string, string>): ExpectedMenu {
  checkObserved(cells);
  return { texts: pick(cells, menuTexts), duration: rangeOf(cells['duration'] ?? '') };
}

function oneOf(
  cells: Readonly<Record<string, string>>,
  field: string,
  words: readonly [no: string, yes: string],
): boolean {
  const word = cells[field] ?? '';
  if (!words.includes(word)) throw new Error(`${field}: "${words.join('" or "')}", not "${word}"`);
  return word === words[1];
}

function recordOf(cells: Record<string, string>): ExpectedRecord {
  checkObserved(cells);
  const seconds = Object.entries(pick(cells, [...secondsAsText, ...secondsAsNumber])).map(([field, cell]) => [
    field,
    field === 'ivrTime' && cell === '' ? undefined : rangeOf(cell),
  ]);
  return {
    texts: pick(cells, recordTexts),
    seconds: Object.fromEntries(seconds) as ExpectedRecord['seconds'],
    filePath: recordingOf(cells['filePath'] ?? ''),
    agents: agentsOf(cells['agents'] ?? ''),
    answered: oneOf(cells, 'answerTime', ['', 'as observed']),
    queues: queuesOf(cells['queues'] ?? ''),
    incomplete: oneOf(cells, 'incomplete', ['false', 'true']),
  };
}

const folder = join(import.meta.dirname, '../scenarios');

/**
 * What each scenario of the lab pushes, call by call in the order in which they begin. Written by hand from what happens
 * on the phones (test/lab/scenarios) and the contract's definitions, not from what the daemon said.
 */
export const expected: Readonly<Record<string, (setup: Setup, dialplan?: Dialplan) => readonly ExpectedCall[]>> =
  Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file !== 'README.md')
      .map((file) => {
        const [, name] = /^([a-z0-9-]+)\.md$/.exec(file) ?? [];
        if (name === undefined) throw new Error(`test/scenarios/${file} is no scenario’s`);
        const read = (setup: Setup, dialplan?: Dialplan): readonly ExpectedCall[] => {
          try {
            return readScenario(readFileSync(join(folder, file), 'utf8'), setup, dialplan);
          } catch (cause) {
            throw new Error(`test/scenarios/${file}: ${cause instanceof Error ? cause.message : ''}`, { cause });
          }
        };
        return [name, read];
      }),
  );
