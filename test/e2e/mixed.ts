import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import { extensions } from '../lab/extensions.ts';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from './errors.ts';
import type { Plan, Talk } from './mixed-calls.ts';
import { colleague, deck, dice, members, reachable, secondQueue, unplugged } from './mixed-calls.ts';

/** Milliseconds between two calls, and how many may be open before the next one waits: the rate drops on a slow machine. */
const interval = 200;
const mostOpen = 60;

/** Bound of a wait (ms) that is as long as it takes on any machine that still works. */
const patience = 90_000;

/** A caller and what the phones saw of them. */
class Caller {
  readonly plan: Plan;
  /** A number of their own: what the agents' phones show, and the record's `caller`. */
  readonly number: string;
  call: Call | undefined;
  /** Phones that rang, in order. */
  readonly rang: string[] = [];
  /** Phones on which somebody heard the caller, in order, each with its end of the call. */
  readonly spoke: { readonly extension: string; readonly leg: Call }[] = [];
  /** Somebody is about to answer: the caller does not give up any more. */
  isTaken = false;
  rejected = 0;
  /** The extension or queue to which the agent handed them. */
  handedTo: string | undefined;
  /** ms in the queue until they gave up. */
  gaveUpAfter: number | undefined;
  wasHeld = false;

  constructor(plan: Plan, number: string) {
    this.plan = plan;
    this.number = number;
  }

  /** Somebody has taken it, or it is over: giving up would come too late. */
  get isSettled(): boolean {
    return this.isTaken || this.call?.state === 'ended';
  }
}

/** All phones at work; looks 50 times a second which of them rings, and how far the dialplan is with a caller. */
class Floor {
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
        this.#count(`${CallerIDNum} ${event['Context'] ?? ''} ${event['Application'] ?? ''}`);
      } else if (Event === 'QueueCallerJoin') {
        this.#count(`${CallerIDNum} joins`);
      } else if (Event === 'TestEvent' && event['Message'] === 'beep') {
        this.#count(`${this.#numbers.get(Channel) ?? ''} voicemail beep`);
      }
    }
    this.#events = events.length;
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

function hasRecord({ plan }: Caller): boolean {
  return plan.menus.length > 0 || plan.queues.length > 0;
}

/** Why the call was lost, from what was arranged and what the phones saw (contract §3.7); `''`: it was not. */
function missCauseOf({ plan, spoke, rang, gaveUpAfter }: Caller): string {
  const last = plan.queues.at(-1);
  if (last === undefined || spoke.length > 0) return '';
  if (gaveUpAfter !== undefined && gaveUpAfter <= 10_000) return 'MEMBER_CANCEL';
  if (!reachable.has(last)) return 'NO_AGENT_LOGIN';
  return rang.length > 0 ? 'NO_AGENT_ANSWER' : 'NO_ASSIGN';
}

type Told = Readonly<Record<string, unknown>>;

/** Whether an agent hung up a queue's call that had not been handed to the colleague: the survey follows. */
function hasSurvey({ plan, spoke, handedTo }: Caller): boolean {
  return plan.queues.length > 0 && handedTo !== colleague && spoke.at(-1)?.leg.end?.by === 'us';
}

/** The sides that may have hung up first, as the two ends of the last conversation saw it. */
function hangupSidesOf(caller: Caller): string[] {
  const { call, spoke, gaveUpAfter } = caller;
  const last = spoke.at(-1);
  if (last === undefined) return [gaveUpAfter === undefined ? 'system' : 'caller'];
  const isAgent = last.leg.end?.by === 'us';
  // In the survey the caller may hang up as well.
  if (isAgent && call?.end?.by === 'us' && caller.plan.talk.end === 'both') return ['agent', 'caller'];
  return [isAgent ? 'agent' : 'caller'];
}

function stagesOf(caller: Caller): string[] {
  const { plan, spoke } = caller;
  if (spoke.length === 0) return [plan.queues.length > 0 ? 'queue' : 'ivr'];
  if (!hasSurvey(caller)) return ['bridged'];
  return plan.talk.end === 'both' ? ['bridged', 'feedback'] : ['feedback'];
}

function scoreOf(caller: Caller): string {
  const { end, survey } = caller.plan.talk;
  return hasSurvey(caller) && end === 'agent' && /^[1-5]$/.test(survey) ? survey : '0';
}

/** The queues passed, also by being handed over. */
function queuesOf({ plan, handedTo }: Caller): readonly string[] {
  return handedTo === secondQueue ? [...plan.queues, secondQueue] : plan.queues;
}

/** The fields of cc_cdr that the phones know (contract §3.7). */
function wantedOf(caller: Caller): Told {
  const { plan, number, spoke, rang, handedTo } = caller;
  const queues = queuesOf(caller);
  // Of two queues the second one counts.
  const agent = (handedTo === secondQueue ? spoke.at(-1) : spoke[0])?.extension;
  const passed = plan.menus.length > 0;
  return {
    caller: number,
    callType: 'incoming',
    trunkNumber: plan.number,
    ivrId: plan.menus.map(({ id }) => id).join(),
    ivrDtmf: passed ? plan.menus.map(({ keys }) => keys).join() : '0',
    agents: spoke.map(({ extension }) => extension),
    queues,
    queueCode: queues.at(-1) ?? '',
    missCause: missCauseOf(caller),
    ...(agent === undefined ? {} : { called: agent }),
    ...(plan.queues.length === 0 || rang.length === 0 ? { agentCode: '' } : {}),
    ...(plan.queues.length > 0 && agent !== undefined ? { agentCode: agent } : {}),
    score: scoreOf(caller),
    fwType: handedTo === undefined ? '' : 'blind',
    forwardNumber: handedTo ?? '',
    voicemailState: plan.message ? '1' : '0',
    isHeld: caller.wasHeld,
    incomplete: false,
  };
}

function compareRecord(t: Test, caller: Caller, records: readonly Told[]): void {
  const { plan, number, rang, spoke } = caller;
  const title = `${plan.what} (${number})`;
  const [record = {}] = records;
  t.equal(records.length, 1, `contract §3.7: exactly one cc_cdr: ${title}`);
  const wanted = wantedOf(caller);
  const listed = (field: string, name: string): unknown[] | undefined =>
    (record[field] as Told[] | undefined)?.map((one) => one[name]);
  const told: Told = {
    ...record,
    agents: listed('agents', 'agent'),
    queues: listed('queues', 'queueCode'),
    isHeld: record['holdTime'] !== 0,
  };
  const known = Object.fromEntries(Object.keys(wanted).map((field) => [field, told[field]]));
  t.same(known, wanted, `contract §3.7: as the phones saw it: ${title}`);
  t.ok(
    hangupSidesOf(caller).includes(String(told['hangupSide'])),
    `hangupSide ${hangupSidesOf(caller).join()}: ${title}`,
  );
  t.ok(stagesOf(caller).includes(String(told['cdrState'])), `cdrState ${stagesOf(caller).join()}: ${title}`);
  if (plan.queues.length > 0 && rang.length > 0) {
    t.ok(rang.includes(String(told['agentCode'])), `agentCode is one of the phones that rang: ${title}`);
  }
  const file = plan.queues.length > 0 && spoke.length > 0 ? `q${queuesOf(caller).at(-1) ?? ''}-` : '';
  t.equal(String(told['filePath']).slice(0, 5), file, `filePath is the recording of the queue: ${title}`);
}

/** The menu that leads to a queue tells which. */
function compareMenus(t: Test, { plan, number }: Caller, told: readonly Told[]): void {
  const last = plan.menus.length - 1;
  t.same(
    told.map(({ ivrId, ivrDtmf, queueCode }) => ({ ivrId, ivrDtmf, queueCode })),
    plan.menus.map(({ id, keys }, at) => ({
      ivrId: id,
      ivrDtmf: keys,
      queueCode: at === last ? (plan.queues[0] ?? '') : '',
    })),
    `contract §3.5: one ivr for each menu: ${plan.what} (${number})`,
  );
}

/** How many there are of each. */
function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function count({ ami }: Lab, name: string): number {
  return ami.events.filter(({ Event }) => Event === name).length;
}

function compareAll(t: Test, lab: Lab, callers: readonly Caller[], floor: Floor): void {
  const { receiver, ami } = lab;
  const wanted = callers.filter(hasRecord);
  const records = receiver.events('cc_cdr');
  t.equal(records.length, wanted.length, 'contract §3.7: a cc_cdr for each call that passed a menu or tried a queue');
  t.equal(new Set(records.map(({ uuid }) => uuid)).size, records.length, 'each of another call');
  for (const caller of wanted) {
    const isIts = (body: Told): boolean => body['caller'] === caller.number;
    compareRecord(t, caller, records.filter(isIts));
    compareMenus(t, caller, receiver.events('ivr').filter(isIts));
  }
  const answered = (body: Told): boolean => (body['agents'] as Told[]).length > 0;
  const outcome = (body: Told): string => String(body['missCause']) || (answered(body) ? 'answered' : 'no queue');
  const seen = (caller: Caller): string => missCauseOf(caller) || (caller.spoke.length > 0 ? 'answered' : 'no queue');
  const told = tally(records.map(outcome));
  t.same(told, tally(wanted.map(seen)), 'answered and lost, by cause, are what the phones counted');
  t.comment(JSON.stringify(told));
  const outcomes = ['MEMBER_CANCEL', 'NO_AGENT_ANSWER', 'NO_AGENT_LOGIN', 'NO_ASSIGN', 'answered', 'no queue'];
  t.same(Object.keys(told), outcomes, 'there were calls of every kind');
  const key = (body: Told): string => `${String(body['uniqueid'])} ${String(body['destchannel'])}`;
  const begun = receiver.events('dialbegein').map(key).sort();
  t.same(receiver.events('dialend').map(key).sort(), begun, 'contract §3.2: one dialend for each dialbegein');
  t.equal(receiver.events('cdr').length, count(lab, 'Cdr'), 'contract §3.6: one cdr for each row');
  t.equal(begun.length, floor.rings, 'contract §3.1: one dialbegein for each time that a phone rang');
  const channels = callers.length + floor.rings;
  t.equal(receiver.events('hangup').length, channels, 'contract §3.3: one hangup for each channel');
  t.equal(callers.length, 200);
  const handed = callers.filter(({ handedTo }) => handedTo !== undefined).length;
  const held = callers.filter(({ wasHeld }) => wasHeld).length;
  const scored = records.filter(({ score }) => score !== '0').length;
  t.comment(`${handed} handed over, ${held} held, ${scored} with a score`);
  t.comment(`${begun.length} rings, ${count(lab, 'Cdr')} rows, ${ami.events.length} AMI events`);
}

/** Everybody logs in where they belong. */
async function openQueues(lab: Lab): Promise<void> {
  const { operator } = lab;
  for (const extension of extensions) {
    if (extension !== unplugged) await lab.phone(extension);
  }
  for (const [queue, agents] of Object.entries(members)) {
    for (const agent of agents) await operator.login(agent, queue);
  }
  await operator.pause('800', '634', 'on');
}

/** Begins the calls one after the other, and resolves when all are over; how many a second were begun. */
async function place(floor: Floor, callers: readonly Caller[]): Promise<number> {
  const began = performance.now();
  let next = began;
  for (const caller of callers) {
    await sleep(Math.max(0, next - performance.now()));
    while (floor.open > mostOpen) await sleep(20);
    floor.run(floor.play(caller));
    // What is late stays late: no burst follows a pause.
    next = Math.max(next, performance.now() - interval) + interval;
  }
  const rate = ((callers.length - 1) * 1_000) / (performance.now() - began);
  await floor.stop();
  return rate;
}

/** Two hundred calls of all kinds at once: the records say what the phones saw. */
export function runMixed(setup: Setup): void {
  void t.test(`two hundred calls on ${setup}`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const { receiver, daemon, ami } = lab;
      await openQueues(lab);
      const callers = deck(dice(3)).map((plan, at) => new Caller(plan, String(85_320_000 + at)));
      const floor = new Floor(lab);
      await floor.start();
      const rate = await place(floor, callers);
      t.comment(`${rate.toFixed(1)} calls a second, ${floor.forgotten} phones not told that another was quicker`);
      t.same(floor.failures, [], 'the phones did what they were to do');
      const records = callers.filter(hasRecord).length;
      // What is missing is said by the comparison, better than by a wait that ends.
      await eventually(
        'every record',
        () =>
          receiver.events('cc_cdr').length >= records &&
          receiver.events('hangup').length >= count(lab, 'Newchannel') &&
          receiver.events('cdr').length >= count(lab, 'Cdr'),
        30_000,
      ).catch(() => undefined);
      // For one too many.
      await sleep(1_000);
      compareAll(t, lab, callers, floor);
      t.match(
        (await daemon.api('POST', 'extensions/current-calls')).json,
        { data: [] },
        'contract §4.1: no call is left',
      );
      const states = (await daemon.api('GET', 'extensions/extension-hints-status')).json as Told[];
      const wantedStates = extensions.map((extension) => [extension, extension === unplugged ? '4' : '0']);
      const busy = Object.fromEntries(states.map(({ extension, status }) => [String(extension), status]));
      t.match(busy, Object.fromEntries(wantedStates), 'contract §4.3: every phone is free again');
      const { items } = await ami.action('QueueStatus');
      t.same(
        items.filter(({ Event }) => Event === 'QueueEntry'),
        [],
        'nobody waits',
      );
      t.same(errorsIn(daemon.output), [], 'and no error in the log');
    });
  });
}
