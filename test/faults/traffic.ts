import { setTimeout as sleep } from 'node:timers/promises';
import type { Roll } from '../oracle/dice.ts';
import type { Call } from '../lab/call.ts';
import type { Phone } from '../lab/phone.ts';
import type { Provider } from '../lab/provider.ts';
import { eventually, within } from '../lab/within.ts';
import type { Plan } from './plans.ts';
import { colleague, plan } from './plans.ts';

/** ms between two calls, and how many may be open before the next one waits: the rate drops on a slow machine. */
const interval = 270;
const mostOpen = 30;
/** Bounds (ms) of a wait for a phone to do something, and of a whole call. */
const patience = 15_000;
const longest = 45_000;
/** As long as anything takes that a caller or an agent does. */
const bound = 90_000;

interface Caller {
  readonly plan: Plan;
  call: Call | undefined;
  isTaken: boolean;
  isHanded: boolean;
}

/**
 * Callers and agents without end. What a fault does to their calls is no failure of theirs: Asterisk's own files say what
 * became of each call, and nobody here needs the daemon.
 */
export class Traffic {
  /** Calls that were begun. */
  placed = 0;
  readonly #roll: Roll;
  readonly #provider: Provider;
  readonly #phones: readonly Phone[];
  readonly #callers = new Map<string, Caller>();
  readonly #open = new Set<Promise<void>>();
  readonly #seen = new Map<Phone, number>();
  #isOn = false;
  #placing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(roll: Roll, provider: Provider, phones: readonly Phone[]) {
    this.#roll = roll;
    this.#provider = provider;
    this.#phones = phones;
    provider.behaviour = 'answer';
  }

  start(): void {
    this.#isOn = true;
    this.#timer ??= setInterval(() => {
      for (const phone of this.#phones) this.#look(phone);
    }, 20);
    this.#placing = this.#place();
  }

  /** No more calls; resolves when those there are have ended by themselves. */
  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#placing;
    while (this.#open.size > 0) await Promise.all(this.#open);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** No more calls, and Asterisk, which is gone, has taken with it those there were. */
  async lost(): Promise<void> {
    this.#isOn = false;
    await this.#placing;
    this.#finishAll();
    // What was just about to dial or to answer.
    await sleep(500);
    this.#finishAll();
  }

  /** The end of its use. */
  async dispose(): Promise<void> {
    await this.lost();
    clearInterval(this.#timer);
  }

  #finishAll(): void {
    for (const phone of [...this.#phones, this.#provider]) {
      for (const call of phone.calls.slice(-100)) call.finish({ by: 'them', status: 0, reason: 'Asterisk is gone' });
    }
  }

  async #place(): Promise<void> {
    let next = performance.now();
    while (this.#isOn) {
      await sleep(Math.max(0, next - performance.now()));
      if (this.#open.size < mostOpen) this.#run(this.#play(plan(this.#roll), 85_000_000 + this.placed++));
      next = Math.max(next, performance.now() - interval) + interval;
    }
  }

  #run(work: Promise<void>): void {
    const kept = within(bound, () => 'the end of a call', work)
      .catch(() => undefined)
      .finally(() => {
        this.#open.delete(kept);
      });
    this.#open.add(kept);
  }

  #phone(extension: string): Phone | undefined {
    return this.#phones.find(({ name }) => name === extension);
  }

  async #play(what: Plan, id: number): Promise<void> {
    const caller: Caller = { plan: what, call: undefined, isTaken: false, isHanded: false };
    const number = what.from === 'outside' ? String(id) : what.from;
    this.#callers.set(number, caller);
    const call =
      what.from === 'outside'
        ? await this.#provider.callIn(number, what.number)
        : await this.#phone(what.from)?.call(what.number);
    if (call === undefined) return;
    caller.call = call;
    try {
      await this.#behave(caller, call);
      await call.ended(longest);
    } catch {
      // The call went another way than planned, or no way at all.
    } finally {
      await call.hangUp().catch(() => undefined);
      call.finish({ by: 'us', status: 0, reason: 'over' });
      if (this.#callers.get(number) === caller) this.#callers.delete(number);
    }
  }

  async #behave(caller: Caller, call: Call): Promise<void> {
    const { keys, from, number, end, talk } = caller.plan;
    if (keys !== '') await call.answered(patience);
    for (const key of keys) {
      await sleep(450);
      await call.press(key);
    }
    if (caller.plan.patience !== undefined) {
      await sleep(caller.plan.patience);
      if (!caller.isTaken) await call.hangUp();
    }
    if (from !== 'outside' && number.startsWith('9')) {
      await call.answered(patience);
      await sleep(talk);
      if (end === 'caller') await call.hangUp();
      else
        await this.#provider.calls.findLast(({ state, direction }) => state === 'up' && direction === 'in')?.hangUp();
    }
  }

  #look(phone: Phone): void {
    const from = this.#seen.get(phone) ?? 0;
    this.#seen.set(phone, phone.calls.length);
    for (const call of phone.calls.slice(from)) {
      if (call.direction === 'in') this.#run(this.#rings(phone, call));
    }
  }

  /** A phone rings: its agent does what the caller's plan says. */
  async #rings(phone: Phone, leg: Call): Promise<void> {
    const caller = this.#callers.get(leg.remoteNumber);
    const phones = caller?.plan.phones ?? 'answer';
    if (phones === 'reject') {
      leg.reject();
    } else if (phones === 'answer') {
      if (caller !== undefined) caller.isTaken = true;
      await sleep(60 + this.#roll(150));
      await leg.answer();
      await this.#converse(phone, caller, leg).catch(() => undefined);
      await leg.hangUp();
    }
    await leg.ended(longest);
  }

  async #converse(phone: Phone, caller: Caller | undefined, leg: Call): Promise<void> {
    await sleep(caller?.plan.talk ?? 300);
    if (caller?.call === undefined) return;
    const { transfer, end, survey } = caller.plan;
    if (transfer !== undefined && !caller.isHanded && phone.name !== colleague) {
      caller.isHanded = true;
      if (transfer === 'attended') await this.#handOver(phone, leg);
      else await leg.refer(transfer === 'queue' ? '632' : colleague);
      await sleep(200);
    } else if (end === 'caller') {
      await caller.call.hangUp();
      await leg.ended(2_000);
    } else {
      await leg.hangUp();
      await sleep(400);
      if (survey !== '' && caller.call.state === 'up') await caller.call.press(survey);
    }
  }

  async #handOver(phone: Phone, leg: Call): Promise<void> {
    await leg.hold();
    const consultation = await phone.call(colleague);
    try {
      await consultation.answered(3_000);
      await leg.referTo(consultation);
      await eventually('the hand-over', () => leg.state === 'ended' || consultation.state === 'ended', 3_000);
    } finally {
      await consultation.hangUp();
    }
  }
}
