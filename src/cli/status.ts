import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { exit } from './exit.ts';
import { escapeControls } from '../system/control-characters.ts';
import { levelText, type Io, type Level } from './io.ts';

/** The parts of `GET status` that are shown. */
interface StatusData {
  readonly version: string;
  readonly uptime: number;
  readonly rss: number;
  readonly asterisk: { readonly state: 'up' | 'reading' | 'away'; readonly since: string; readonly reason: string };
  readonly receivers: readonly {
    readonly name: string;
    readonly url: string;
    readonly state: 'up' | 'down';
    readonly since: string;
    readonly pending: { readonly records: number; readonly signals: number };
    readonly delivered: number;
    readonly dropped: number;
    readonly dead: number;
    readonly lastError: { readonly at: string; readonly reason: string } | null;
  }[];
  readonly store: {
    readonly state: 'ok' | 'failing';
    readonly since: string | null;
    readonly reason: string;
    readonly waiting: number;
    readonly bytes: number | null;
  };
  /** Absent: a daemon of before answers. */
  readonly forgedEvents?: number;
}

interface StatusLine {
  readonly level: Level;
  readonly what: string;
  readonly text: string;
}

/** Says in a few lines how Asterisk, the receivers and the store do. */
export const status: Command = async ({ config, io }) => {
  const { data } = await ask(config, 'GET', 'status');
  const found = data as StatusData;
  const lines = [asterisk(found), ...receivers(found), store(found), ...forged(found)];
  const head = `coocenter-api ${found.version}, running for ${duration(found.uptime)}, ${sizeText(found.rss)}\n`;
  await io.out(head + lines.map((line) => shown(line, io)).join(''));
  return lines.some(({ level }) => level === 'fail') ? exit.failed : exit.well;
};

function asterisk({ asterisk: { state, since, reason } }: StatusData): StatusLine {
  const what = 'Asterisk';
  switch (state) {
    case 'up':
      return { level: 'ok', what, text: `connected since ${since}` };
    case 'reading':
      return { level: 'warn', what, text: 'connected, its state is being read' };
    case 'away':
      return { level: 'fail', what, text: `no connection since ${since}${reason === '' ? '' : `: ${reason}`}` };
  }
}

function receivers({ receivers: all }: StatusData): StatusLine[] {
  if (all.length === 0) return [{ level: 'warn', what: 'receiver', text: 'none: no URL is set, nothing is pushed' }];
  return all.map(({ name, url, state, since, pending, delivered, dropped, dead, lastError }) => {
    const counts = [
      `${pending.records} records wait`,
      `${delivered} events delivered`,
      ...(dead > 0 ? [`${dead} given up (coocenter-api replay --dead)`] : []),
      ...(dropped > 0 ? [`${dropped} dropped`] : []),
    ];
    const last = lastError === null ? '' : `; last error ${lastError.at}: ${lastError.reason}`;
    const level = state === 'down' ? 'fail' : dead > 0 ? 'warn' : 'ok';
    return { level, what: `receiver ${name}`, text: `${url} ${state} since ${since}; ${counts.join(', ')}${last}` };
  });
}

function store({ store: { state, since, reason, waiting, bytes } }: StatusData): StatusLine {
  const size = bytes === null ? 'cannot be read' : sizeText(bytes);
  if (state === 'ok') return { level: 'ok', what: 'store', text: size };
  const text = `takes no records since ${since ?? '?'}: ${reason}; ${waiting} wait in memory, ${size}`;
  return { level: 'fail', what: 'store', text };
}

function forged({ forgedEvents = 0 }: StatusData): StatusLine[] {
  if (forgedEvents === 0) return [];
  const text = `${forgedEvents} had a caller's own lines in them and were not believed; the log names the channels`;
  return [{ level: 'warn', what: 'forged events', text }];
}

function shown({ level, what, text }: StatusLine, io: Io): string {
  return `${levelText(level, io)}  ${escapeControls(what)}: ${escapeControls(text)}\n`;
}

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return (first < 0 ? parts.slice(3) : parts.slice(first, first + 2))
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
