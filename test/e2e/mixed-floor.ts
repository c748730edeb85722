import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../lab/call.ts';
import { extensions } from '../lab/extensions.ts';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { eventually, patience } from '../lab/within.ts';
import type { Caller } from './mixed-caller.ts';
import { hasRecord } from './mixed-caller.ts';
import type { Talk } from './mixed-calls.ts';
import { colleague, secondQueue } from './mixed-calls.ts';

/** All phones at work; looks 50 times a second which of them rings, and how far the dialplan is with a caller. */
export class Floor {
  readonly callers = new Map<string, Caller>();
  /** What went wrong on the phones. */
  readonly failures: unknown[] = [];
  /** How often a phone rang. */
  rings = 0;
  /** Phones that answered too late and were not told. */
  forgotten = 0;
  readonly #lab: Lab;
  readonly #seen = new Map<string, number>();
  readonly #steps = new Map<string, number>();
  readonly #numbers = new Map<string, string>();
  readonly #contexts = new Map<string, string>();
  /** By Linkedid. */
  readonly #calls = new Map<string, Caller>();
  readonly #running = new Set<Promise<void>>();
  #events = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get open(): number {
    return this.#running.size;
  }

  async start(): Promise<void> {
    const phones: Phone[] = [];
    for (const extension of extensions) phones.push(await this.#lab.strangePhone(extension));
    this.#timer = setInterval(() => {
      this.#readEvents();
      // Another one is the first to look each time, hence to answer.
      phones.push(...phones.splice(0, 1));
      for (const phone of phones) {
        for (const call of phone.calls.slice(this.#seen.get(phone.name) ?? 0)) {
          if (call.direction === 'in') this.run(this.#rings(phone.name, call));
        }
        this.#seen.set(phone.name, phone.calls.length);
      }
    }, 20);
  }

  /** Resolves when every call is over. */
  async stop(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    clearInterval(this.#timer);
    this.#readEvents();
  }

  run(work: Promise<void>): void {
    const kept = work
      .catch((cause: unknown) => {
        this.failures.push(cause);
      })
      .finally(() => {
        this.#running.delete(kept);
      });
    this.#running.add(kept);
  }

  /** One call from its first to its last moment. */
  async play(caller: Caller): Promise<void> {
    const { plan, number } = caller;
    this.callers.set(number, caller);
    const inside = (extensions as readonly string[]).includes(plan.number);
    const call = inside
      ? await (await this.#lab.phone(colleague)).call(plan.number)
      : await this.#lab.provider.callIn(number, plan.number);
    caller.call = call;
    if (hasRecord(caller)) {
      await call.answered(patience);
      await this.#passMenus(caller, call);
    }
    if (plan.patience !== undefined) {
      if (plan.queues.length > 0) await this.#until(caller, call, ['joins']);
      await giveUp(caller, call, plan.patience);
    }
    const last = await this.#until(caller, call, ['feedback Read', 'voicemail VoiceMail']);
    if (last === 'feedback Read') await this.#answerSurvey(plan.talk.survey, call);
    else if (last !== undefined) await this.#useMailbox(caller, call);
    await call.ended(patience);
  }

  async #passMenus({ plan, number }: Caller, call: Call): Promise<void> {
    for (const { id, keys } of plan.menus) {
      for (let at = 0; at < Math.max(1, keys.length); at++) {
        const step = `${number} ivr-${id} BackGround`;
        await eventually(step, () => call.state === 'ended' || (this.#steps.get(step) ?? 0) > at, patience);
        if (at < keys.length && call.state === 'up') await call.press(keys.charAt(at));
      }
    }
  }

  async #answerSurvey(key: string, call: Call): Promise<void> {
    if (key === 'leave') {
      await sleep(300);
      await call.hangUp();
    } else if (key !== '') {
      await call.press(key);
    }
  }

  /** Goes past the greeting with a key, as people do who know it. */
  async #useMailbox(caller: Caller, call: Call): Promise<void> {
    await sleep(300);
    if (!caller.plan.message) {
      await call.hangUp();
      return;
    }
    await call.press('#');
    await this.#until(caller, call, ['voicemail beep']);
    await sleep(1_500);
    await call.press('#');
  }

  /** Waits for a step of the dialplan with that caller; `undefined`: the call was over before. */
  async #until(caller: Caller, call: Call, steps: readonly string[]): Promise<string | undefined> {
    const look = (): string | undefined => steps.find((step) => this.#steps.has(`${caller.number} ${step}`));
    await eventually(steps.join(' or '), () => call.state === 'ended' || look() !== undefined, patience);
    return call.state === 'ended' ? undefined : look();
  }

  #readEvents(): void {
    const { events } = this.#lab.ami;
    for (const { Event, Channel = '', CallerIDNum = '', ...event } of events.slice(this.#events)) {
      if (Event === 'Newexten') {
        this.#numbers.set(Channel, CallerIDNum);
        this.#contexts.set(Channel, event['Context'] ?? '');
        this.#count(`${CallerIDNum} ${event['Context'] ?? ''} ${event['Application'] ?? ''}`);
        const caller = this.callers.get(CallerIDNum);
        if (caller !== undefined) this.#calls.set(event['Linkedid'] ?? '', caller);
        if (event['Application'] === 'Queue') caller?.tried.add(event['AppData']?.split(',')[0] ?? '');
      } else if (Event === 'Newstate' && event['ChannelStateDesc'] === 'Ringing') {
        const caller = this.#calls.get(event['Linkedid'] ?? '');
        if (caller !== undefined) caller.isRung = true;
      } else if (Event === 'QueueCallerJoin') {
        this.#count(`${CallerIDNum} joins`);
      } else if (Event === 'DTMFEnd' && event['Direction'] === 'Received') {
        this.#hears(CallerIDNum, this.#contexts.get(Channel) ?? '', event['Digit'] ?? '');
      } else if (Event === 'TestEvent' && event['Message'] === 'beep') {
        const number = this.#numbers.get(Channel) ?? '';
        this.#count(`${number} voicemail beep`);
        const caller = this.callers.get(number);
        if (caller !== undefined) caller.heardBeep = true;
      }
    }
    this.#events = events.length;
  }

  #hears(number: string, context: string, key: string): void {
    const heard = this.callers.get(number)?.heard;
    heard?.set(context, `${heard.get(context) ?? ''}${key}`);
  }

  #count(step: string): void {
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
  }

  /** A phone rings: its agent does what the caller's plan says. */
  async #rings(extension: string, leg: Call): Promise<void> {
    this.rings++;
    const caller = this.callers.get(leg.remoteNumber);
    if (caller === undefined) {
      await sleep(200);
      await leg.answer();
      await sleep(400);
      await leg.hangUp();
      return;
    }
    caller.rang.push(extension);
    const { phones } = caller.plan;
    if (phones === 'reject' || (phones === 'reject-once' && caller.rejected === 0)) {
      caller.rejected++;
      leg.reject();
    } else if (phones === 'rush') {
      await this.#answer(caller, extension, leg);
    } else if (phones !== 'ring' && !caller.isTaken) {
      caller.isTaken = true;
      await sleep(150 + (caller.plan.talk.time % 250));
      await this.#answer(caller, extension, leg);
      // The time of the queue was up: another phone takes it when they are rung again.
      if (caller.spoke.every((one) => one.leg !== leg)) caller.isTaken = false;
    }
    await leg.ended(patience);
  }

  async #answer(caller: Caller, extension: string, leg: Call): Promise<void> {
    try {
      await leg.answer();
    } catch (cause) {
      // Another phone was quicker, or the time of the queue was up.
      if (leg.state === 'ended') return;
      throw cause;
    }
    const answered = performance.now();
    // Of several that answer, Asterisk connects one with the caller and hangs up the others.
    const isHeard = (): boolean => leg.rtp.packetsReceived > 0;
    const isForgotten = (): boolean => caller.spoke.length > 0 && performance.now() - answered > 2_000;
    const isClear = (): boolean => isHeard() || leg.state === 'ended' || isForgotten();
    await eventually(`audio on ${extension}`, isClear, patience);
    if (!isHeard()) {
      // chan_sip at times sends no BYE to one of the others: its agent hears nobody and hangs up.
      if (isForgotten()) this.forgotten++;
      await leg.hangUp();
      return;
    }
    caller.isTaken = true;
    caller.spoke.push({ extension, leg });
    await this.#converse(caller, extension, leg);
  }

  async #converse(caller: Caller, extension: string, leg: Call): Promise<void> {
    const { call, plan } = caller;
    const { talk } = plan;
    await sleep(talk.time);
    if (call === undefined) return;
    if (talk.hold && caller.handedTo === undefined) {
      caller.wasHeld = true;
      await leg.hold();
      await sleep(700);
      await leg.unhold();
      await sleep(200);
    }
    const isHanding = plan.queues.length > 0 && caller.handedTo === undefined;
    const how = isHanding ? transferOf(talk, extension) : undefined;
    if (how !== undefined) {
      caller.isTaken = false;
      caller.handedTo = how === 'queue' ? secondQueue : colleague;
      if (how === 'api') {
        await this.#lab.operator.transfer(extension, caller.handedTo);
      } else {
        await leg.refer(caller.handedTo);
        await sleep(300);
        await leg.hangUp();
      }
      return;
    }
    await Promise.all([
      ...(talk.end === 'agent' ? [] : [call.hangUp()]),
      ...(talk.end === 'caller' ? [] : [leg.hangUp()]),
    ]);
  }
}

/**
 * Who may be rung by others at any moment uses no API, which takes the newest of two calls; who may be rung by the second
 * queue does not hand over to it.
 */
function transferOf({ transfer }: Talk, extension: string): Talk['transfer'] {
  const able = { api: ['801'], refer: ['800', '801', '802'], queue: ['800', '801'] } as const;
  const agents: readonly string[] = transfer === undefined ? [] : able[transfer];
  return agents.includes(extension) ? transfer : undefined;
}

/** Hangs up after a while, unless somebody is about to answer; never near the ten seconds of MEMBER_CANCEL. */
async function giveUp(caller: Caller, call: Call, time: number): Promise<void> {
  const joined = performance.now();
  await sleep(time);
  const waited = (): number => performance.now() - joined;
  if (waited() > 9_000 && waited() < 11_000) await sleep(11_000 - waited());
  if (caller.isSettled) return;
  caller.gaveUpAfter = waited();
  await call.hangUp();
}
