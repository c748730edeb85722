import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Picture } from '../../src/picture/picture.ts';
import type { Daemon } from '../lab/daemon.ts';
import type { Lab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import type { StateEar, ToldState } from './state-ear.ts';

/** Milliseconds of one window, and before it until as many calls end as begin. */
const windowTime = 1_500;
const warmUp = 600;
/** Milliseconds between two beats of the load, and beats from one call to the next. */
const beatTime = 7;
const beatsPerCall = 8;

/** Extensions whose devices Asterisk has by itself. */
const extens = Array.from({ length: 10 }, (_, i) => String(850 + i));

/** Laid over the lab's: these extensions, and calls without phones, for half a second. */
export const dialplan = `[hints](+)
${extens.map((exten) => `exten => ${exten},hint,Custom:${exten}`).join('\n')}
[load]
exten => s,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()
exten => dial,1,Dial(Local/s@load,5)
 same => n,Hangup()`;

/** The texts in a pushed event. */
export type Body = Readonly<Record<string, string | undefined>>;

/** One event of a receiver or of the stream, in a line. */
export function lineOf({ event, exten, status, uniqueid, uuid, destuniqueid }: Body): string {
  return [event, exten, status, uniqueid, uuid, destuniqueid].filter((one) => one !== undefined).join(' ');
}

/** Milliseconds. */
interface Delay {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Window extends Delay {
  /** A second: Asterisk's events that the daemon reads, and pushes that came. */
  readonly events: number;
  readonly pushes: number;
  /** Milliseconds of a processor for each event, until all was told. */
  readonly cost: number;
  /** Of the time, how much of it the daemon waited for a processor, or this process if it waited longer. */
  readonly waited: number;
}

/** For people. */
export const shown = ({ count, p50, p99, events, pushes, cost, waited }: Window): string =>
  `${Math.round(events)} events/s, ${Math.round(pushes)} pushes/s, ${count}× p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms, ` +
  `${cost.toFixed(2)} ms CPU per event (waited for a processor ${Math.round(waited * 100)} % of the time)`;

/** Milliseconds that the main thread of a process has run, and has waited for a processor (Linux). */
function scheduled({ pid }: Pick<Daemon, 'pid'>): { readonly run: number; readonly waited: number } {
  const [run = 0, waited = 0] = readFileSync(`/proc/${pid ?? 0}/schedstat`, 'latin1')
    .split(' ')
    .map(Number);
  return { run: run / 1e6, waited: waited / 1e6 };
}

/** The load, and how long after Asterisk told of them the states of extensions are pushed. */
export class StreamBench {
  readonly #lab: Lab;
  readonly ear: StateEar;
  /** Pushes of states, and the lines of all. */
  readonly #states: { readonly exten: unknown; readonly status: unknown; readonly at: number }[] = [];
  readonly lines: string[] = [];
  #beat = 0;

  constructor(lab: Lab, ear: StateEar) {
    this.#lab = lab;
    this.ear = ear;
    lab.receiver.keeps = false;
    lab.receiver.onPush = ({ json, at }) => {
      this.lines.push(lineOf(json as Body));
      const { event, exten, status } = json;
      if (event === 'extensionstatus' && extens.includes(String(exten))) this.#states.push({ exten, status, at });
    };
  }

  /** Calls, pauses, and a change of a state with each beat, while `work` lasts. */
  async load<T>(work: () => Promise<T>): Promise<T> {
    const { ami, asterisk } = this.#lab;
    const failures: unknown[] = [];
    const send = (name: string, fields: Readonly<Record<string, string>>): void => {
      ami.action(name, fields).catch((cause: unknown) => failures.push(cause));
    };
    const timer = setInterval(() => {
      const beat = ++this.#beat;
      const exten = extens[beat % extens.length] ?? '';
      this.ear.set(`Custom:${exten}`, Math.floor(beat / extens.length) % 2 === 0);
      if (beat % beatsPerCall !== 0) return;
      const call = { Context: 'load', Exten: 'dial', Priority: '1', Async: 'true' };
      send('Originate', { ...call, Channel: 'Local/s@load' });
      const Paused = (beat / beatsPerCall) % 2 === 0 ? 'true' : 'false';
      send('QueuePause', { Queue: '630', Interface: `${asterisk.tech}/800`, Paused });
    }, beatTime);
    try {
      const result = await work();
      if (failures.length > 0) throw new AggregateError(failures, 'Asterisk refused a part of the load');
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  /** Resolves when nobody talks any more, and what Asterisk told was told on. */
  async quiet(): Promise<void> {
    const { ami } = this.#lab;
    const isOver = async (): Promise<boolean> => (await ami.action('CoreShowChannels')).items.length === 0;
    await eventually('the end of every call', isOver);
    await sleep(200);
    await eventually('every state is pushed', () => this.#states.length === this.told().length, 60_000);
  }

  /** The states that Asterisk told. */
  told(): readonly ToldState[] {
    return this.ear.told.filter(({ exten }) => extens.includes(exten));
  }

  /** Measures for a while, one change of a state with each beat. */
  async window(): Promise<Window> {
    await this.quiet();
    const { ami, daemon } = this.#lab;
    const relevant = (): number => ami.events.filter(({ Event = '' }) => Picture.events.has(Event)).length;
    const [first, firstEvents] = [scheduled(daemon), relevant()];
    const { start, end, ...rest } = await this.load(async () => {
      await sleep(warmUp);
      const [start, eventsBefore, pushesBefore] = [performance.now(), relevant(), this.lines.length];
      const before = [daemon, process].map(scheduled);
      await sleep(windowTime);
      const end = performance.now();
      const [events, pushes] = [relevant() - eventsBefore, this.lines.length - pushesBefore];
      const perSecond = 1000 / (end - start);
      const waits = [daemon, process].map((one, i) => scheduled(one).waited - (before[i]?.waited ?? 0));
      const waited = Math.max(...waits) / (end - start);
      return { start, end, events: events * perSecond, pushes: pushes * perSecond, waited };
    });
    await this.quiet();
    const cost = (scheduled(daemon).run - first.run) / (relevant() - firstEvents);
    return { ...this.#delay(start, end), ...rest, cost };
  }

  #delay(start: number, end: number): Delay {
    const times: number[] = [];
    for (const exten of extens) {
      const told = this.told().filter((one) => one.exten === exten);
      const pushed = this.#states.filter((one) => one.exten === exten);
      for (const [i, { at, status }] of told.entries()) {
        const push = pushed[i];
        if (push?.status !== status)
          throw new Error(`the state ${i} of ${exten} is ${status}, and was pushed otherwise`);
        if (at >= start && at < end) times.push(Math.max(0, push.at - at));
      }
    }
    times.sort((a, b) => a - b);
    const quantile = (part: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
    return { count: times.length, p50: quantile(0.5), p99: quantile(0.99) };
  }
}
