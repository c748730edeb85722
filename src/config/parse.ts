import type { Config, ReceiverConfig } from './config.ts';
import {
  alert,
  asterisk,
  dialplan,
  enable,
  ami,
  formatEvents,
  freeSections,
  general,
  header,
  missedCalls,
  push,
  pushedEvents,
  receiver,
  pages,
  recordings,
  sections,
  type Key,
  type Keys,
  type SectionValues,
} from './keys.ts';
import type { Assignment } from './lines.ts';
import { nearest } from './nearest.ts';
import { presets, type PresetValues } from './presets.ts';
import { readUsers } from './users.ts';
import { isSameSource, lineOf, placeOf, readSources, type Source } from './sources.ts';

/** A file that the daemon does not start on; `problems` are all of them, each `file:line: [section] key: …`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A configuration and what should be said about its file. */
export interface Loaded {
  readonly config: Config;
  readonly warnings: readonly string[];
  /** Lines of `[users]` that are wrong, and left out: a start goes on with the others, a reload is refused. */
  readonly wrongUsers: readonly string[];
}

type Entries = ReadonlyMap<string, Assignment>;

/**
 * The text of api.conf as a frozen `Config` (contract §1); `file` is its name in problems and warnings. `before` are
 * files that are read before it: of two values the later one counts, unless it is empty.
 * @throws {ConfigError} with every problem of all files at once
 */
export function parseConfig(text: string, file: string, before: readonly Source[] = []): Loaded {
  const sources = [...before, { text, file }];
  const lines = readSources(sources);
  const problems = new Remarks(sources);
  const warnings = new Remarks(sources);
  const wrongUsers = new Remarks(sources);
  for (const { line, text } of lines.problems) problems.add(line, text);
  for (const { line, text } of lines.warnings) warnings.add(line, text);
  for (const { line, name } of lines.sections) {
    if (keysOf(name) === undefined) warnings.add(line, `[${name}]: unknown section${meant(name, sectionNames)}`);
  }
  const entries = bySection(lines.entries, warnings);
  const section = <S extends Keys>(name: string, keys: S): SectionValues<S> =>
    readSection(name, keys, entries.get(name) ?? new Map<string, Assignment>(), problems, warnings);

  const headers = (name: string): Record<string, string> => readHeaders(name, entries.get(name), problems);
  const { url, ...rest } = section('general', general);
  const written = section('push', push);
  const ownHeaders = headers('push');
  const config: Config = {
    file,
    general: { ...rest, allowOrigin: allowOrigin(rest, entries.get('general'), warnings) },
    enable: section('enable', enable),
    ami: section('ami', ami),
    dialplan: completeDialplan(section('dialplan', dialplan), entries.get('dialplan'), problems),
    asterisk: section('asterisk', asterisk),
    ivr: readFree('ivr', entries.get('ivr'), problems, (key) => key.toLowerCase()),
    extensions: readFree('extensions', entries.get('extensions'), problems, (key) => key),
    pauseReasons: readFree('pause_reasons', entries.get('pause_reasons'), problems, (key) => key),
    dispositions: readFree('dispositions', entries.get('dispositions'), problems, (key) => key),
    serviceLevel: new Map(
      Array.from(
        readFree('service_level', entries.get('service_level'), problems, (key) => key.toLowerCase()),
        (level) => [level[0], Number(level[1])],
      ),
    ),
    users: readUsers(entries.get('users')?.values() ?? [], (line, wrong) => {
      wrongUsers.add(line, wrong);
    }),
    push: {
      receivers: [
        ...(url === undefined ? [] : [createReceiver('', url, written, ownHeaders)]),
        ...furtherReceivers(lines.sections, section, headers, problems),
      ],
      retryHours: written.retryHours,
      signalSeconds: written.signalSeconds,
      keepDays: written.keepDays,
      connections: written.connections,
      storeMb: written.storeMb,
      alertMinutes: written.alertMinutes,
    },
    alert: section('alert', alert),
    recordings: section('recordings', recordings),
    pages: section('pages', pages),
    missedCalls: section('missed_calls', missedCalls),
  };
  checkTls(config.general, entries.get('general'), problems);
  checkEvents(entries, warnings);
  if (problems.texts.length > 0) throw new ConfigError(problems.texts);
  return { config: freeze(config), warnings: warnings.texts, wrongUsers: wrongUsers.texts };
}

/** Collects `file:line: text`, in the order of the lines; what has no line is told of the last file. */
class Remarks {
  readonly #sources: readonly Source[];
  readonly #found: { line: number; text: string }[] = [];

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  add(line: number | undefined, text: string): void {
    this.#found.push({ line: line ?? 0, text });
  }

  get texts(): string[] {
    return this.#found
      .toSorted((one, other) => one.line - other.line)
      .map(({ line, text }) => `${placeOf(line, this.#sources)}: ${text}`);
  }
}

const receiverSection = /^push\.([a-z0-9_-]{1,40})$/;
const sectionNames = [...Object.keys(sections), ...Object.keys(freeSections), 'push.<name>'];

/** The keys of a section with fixed ones, `'free'`, or `undefined` for an unknown section. */
function keysOf(section: string): Keys | 'free' | undefined {
  const name = section.toLowerCase();
  if (Object.hasOwn(freeSections, name)) return 'free';
  if (receiverSection.test(name)) return receiver;
  return Object.entries<Keys>(sections).find(([known]) => known === name)?.[1];
}

/** Section (lower case) → key (lower case; of `[extensions]` as written) → its last entry. */
function bySection(all: readonly Assignment[], warnings: Remarks): ReadonlyMap<string, Entries> {
  const found = new Map<string, Map<string, Assignment>>();
  for (const entry of all) {
    const name = entry.section.toLowerCase();
    const key = name === 'extensions' ? entry.key : entry.key.toLowerCase();
    const section = found.get(name) ?? new Map<string, Assignment>();
    const earlier = section.get(key);
    // As if it were not written: api.conf is shipped with empty keys, and what a package writes must get past them.
    if (
      entry.value === '' &&
      earlier !== undefined &&
      !isSameSource(earlier.line, entry.line) &&
      keysOf(name) !== 'free'
    )
      continue;
    if (earlier !== undefined && isSameSource(earlier.line, entry.line)) {
      warnings.add(entry.line, `[${name}] ${entry.key}: replaces the value of line ${lineOf(earlier.line)}`);
    }
    found.set(name, section.set(key, entry));
  }
  return found;
}

function readSection<S extends Keys>(
  name: string,
  keys: S,
  entries: Entries,
  problems: Remarks,
  warnings: Remarks,
): SectionValues<S> {
  const names = Object.values(keys).map((key) => key.name);
  for (const entry of entries.values()) {
    if (isHeader(entry.key) && (name === 'push' || receiverSection.test(name))) continue;
    if (!names.some((known) => known.toLowerCase() === entry.key.toLowerCase())) {
      warnings.add(entry.line, `[${name}] ${entry.key}: unknown key${elsewhere(entry.key) ?? meant(entry.key, names)}`);
    }
  }
  const read = Object.entries<Key<unknown>>(keys).map(([property, key]) => {
    const entry = entries.get(key.name.toLowerCase());
    const value = entry === undefined || entry.value === '' ? key.fallback : entry.value;
    const result = key.kind.read(value);
    if (result !== undefined || value === '') return [property, result];
    const shown = key.kind.isSecret === true ? 'the value' : `"${value}"`;
    problems.add(entry?.line, `[${name}] ${key.name}: ${shown} is not ${key.kind.allowed}`);
    // The rest of the file is still checked.
    return [property, key.kind.read(key.fallback)];
  });
  return Object.fromEntries(read) as SectionValues<S>;
}

/** A key that stands in the wrong section. */
function elsewhere(key: string): string | undefined {
  for (const [section, keys] of Object.entries<Keys>(sections)) {
    const found = Object.values(keys).find((known) => known.name.toLowerCase() === key.toLowerCase());
    if (found !== undefined) return ` (${found.name} belongs to [${section}])`;
  }
  return undefined;
}

function meant(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : ` (nearest: ${near})`;
}

function isHeader(key: string): boolean {
  return key.toLowerCase().startsWith(header.prefix);
}

/** `header.<Name>` of a receiver's section. */
function readHeaders(section: string, entries: Entries | undefined, problems: Remarks): Record<string, string> {
  const found = [...(entries?.values() ?? [])].filter(({ key, value }) => isHeader(key) && value !== '');
  const headers: Record<string, string> = {};
  for (const { line, key, value } of found) {
    const name = header.name.read(key.slice(header.prefix.length));
    if (name === undefined)
      problems.add(line, `[${section}] ${key}: ${header.prefix} is not followed by ${header.name.allowed}`);
    else if (header.value.read(value) === undefined)
      problems.add(line, `[${section}] ${key}: the value is not ${header.value.allowed}`);
    else headers[name] = value;
  }
  if (found.length > header.most) problems.add(found.at(-1)?.line, `[${section}] more than ${header.most} headers`);
  return headers;
}

function readFree(
  name: Exclude<keyof typeof freeSections, 'users'>,
  entries: Entries | undefined,
  problems: Remarks,
  canonical: (key: string) => string,
): ReadonlyMap<string, string> {
  const { key, value } = freeSections[name];
  const found = new Map<string, string>();
  for (const entry of entries?.values() ?? []) {
    if (key.read(entry.key) === undefined)
      problems.add(entry.line, `[${name}] ${entry.key}: the key is not ${key.allowed}`);
    if (value.read(entry.value) === undefined) {
      problems.add(entry.line, `[${name}] ${entry.key}: "${entry.value}" is not ${value.allowed}`);
    }
    found.set(canonical(entry.key), entry.value);
  }
  return found;
}

/** `*` only while a WEBKEY is set: without one, any page in a browser on the network could command the box. */
function allowOrigin(
  { allowOrigin: written, webkey }: Pick<SectionValues<typeof general>, 'allowOrigin' | 'webkey'>,
  entries: Entries | undefined,
  warnings: Remarks,
): string {
  if (written === 'none') return '';
  if (webkey !== '') return written === '' ? '*' : written;
  if (written !== '*') return written;
  warnings.add(entries?.get('allow_origin')?.line, '[general] allow_origin: * is not applied without a WEBKEY');
  return '';
}

/** The first of `internal`, where the distribution's own transfers dial when that is its own. */
function clickOf(internal: readonly string[], preset: PresetValues): string | undefined {
  const first = internal.find((context) => !context.includes('*'));
  return first === preset.internal[0] ? preset.click : first;
}

function completeDialplan(
  written: SectionValues<typeof dialplan>,
  entries: Entries | undefined,
  problems: Remarks,
): Config['dialplan'] {
  const preset = presets[written.preset];
  const or = (list: readonly string[], other: readonly string[]): readonly string[] =>
    list.length === 0 ? other : list;
  const internal = or(written.internal, preset.internal);
  const click = written.click === '' ? clickOf(internal, preset) : written.click;
  if (click === undefined) {
    const line = (entries?.get('click') ?? entries?.get('internal'))?.line;
    problems.add(line, '[dialplan] click: name one context, since those of internal are patterns');
  }
  return {
    ...written,
    internal,
    click: click ?? '',
    ivr: or(written.ivr, preset.ivr),
    feedback: or(written.feedback, preset.feedback),
    voicemail: or(written.voicemail, preset.voicemail),
  };
}

function createReceiver(
  name: string,
  url: URL,
  { secret, events, ca, format }: Pick<SectionValues<typeof receiver>, 'secret' | 'events' | 'ca' | 'format'>,
  headers: Readonly<Record<string, string>>,
): ReceiverConfig {
  const all = events.length === 1 && events[0] === 'all';
  return { name, url, secret, events: all ? 'all' : events, format, headers, ca };
}

function furtherReceivers(
  headings: readonly { readonly line: number; readonly name: string }[],
  section: (name: string, keys: typeof receiver) => SectionValues<typeof receiver>,
  headers: (name: string) => Readonly<Record<string, string>>,
  problems: Remarks,
): ReceiverConfig[] {
  const found = new Map<string, ReceiverConfig>();
  for (const heading of headings) {
    const name = heading.name.toLowerCase();
    const short = receiverSection.exec(name)?.[1];
    if (short === undefined || found.has(name)) continue;
    const written = section(name, receiver);
    if (written.url === undefined) problems.add(heading.line, `[${name}] URL: where it pushes to is missing`);
    else found.set(name, createReceiver(short, written.url, written, headers(name)));
  }
  return [...found.values()];
}

/** A name that nobody pushes is no error: a later version may push it. */
function checkEvents(entries: ReadonlyMap<string, Entries>, warnings: Remarks): void {
  for (const [section, keys] of entries) {
    const events = keysOf(section) === receiver || section === 'push' ? keys.get('events') : undefined;
    const format = keys.get('format')?.value.toLowerCase() ?? '';
    const known = formatEvents.get(format) ?? pushedEvents;
    for (const name of push.events.kind.read(events?.value ?? '') ?? []) {
      if (known.includes(name)) continue;
      const wrong = pushedEvents.includes(name) ? `the format ${format} has no` : 'no event is called';
      warnings.add(events?.line, `[${section}] events: ${wrong} ${name}${meant(name, known)}`);
    }
  }
}

function checkTls(general: Config['general'], entries: Entries | undefined, problems: Remarks): void {
  const line = (key: string): number | undefined => entries?.get(key)?.line;
  if (general.tlsCert !== '' && general.tlsKey === '') {
    problems.add(line('tlscert'), '[general] TLSCERT: TLSKEY, the file of its private key, is missing');
  }
  if (general.tlsKey !== '' && general.tlsCert === '') {
    problems.add(line('tlskey'), '[general] TLSKEY: TLSCERT, the file of its certificate, is missing');
  }
  if (general.tlsCert !== '' && general.tlsPort === general.bindPort) {
    problems.add(line('tlsport') ?? line('bindport'), '[general] TLSPORT: is the same as BINDPORT');
  }
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) freeze(inner);
  }
  return Object.freeze(value);
}
