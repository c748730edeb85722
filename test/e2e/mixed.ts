import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { extensions } from '../lab/extensions.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import type { Told } from './mixed-caller.ts';
import {
  Caller,
  hangupSidesOf,
  hasRecord,
  keysOf,
  missCauseOf,
  recordedQueueOf,
  stagesOf,
  wantedOf,
} from './mixed-caller.ts';
import { dice } from '../oracle/dice.ts';
import { deck, members, unplugged } from './mixed-calls.ts';
import { compareFigures } from './mixed-figures.ts';
import { Floor } from './mixed-floor.ts';

/** Seconds that menus wait for a key: whoever presses one late on a busy machine has still pressed it. */
const settings = { 'extensions.conf': '[globals](+)\nCOOCENTER_MENU_WAIT = 8\nCOOCENTER_SURVEY_WAIT = 8\n' };

/** Milliseconds between two calls, and how many may be open before the next one waits: the rate drops on a slow machine. */
const interval = 200;
const mostOpen = 60;

function compareRecord(t: Test, caller: Caller, records: readonly Told[]): void {
  const { plan, number, rang } = caller;
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
    // A caller that hangs up at once may be gone before Asterisk has read that a phone rings.
    const agents = caller.isRung ? rang : [...rang, ''];
    const agent = String(told['agentCode']);
    t.ok(agents.includes(agent), `agentCode "${agent}" is one of the phones that rang, ${rang.join()}: ${title}`);
  }
  const queue = recordedQueueOf(caller);
  const file = queue === '' ? '' : `q${queue}-`;
  t.equal(String(told['filePath']).slice(0, 5), file, `filePath is the recording of the queue: ${title}`);
}

/** The menu that leads to a queue tells which. */
function compareMenus(t: Test, caller: Caller, told: readonly Told[]): void {
  const { plan, number } = caller;
  const last = plan.menus.length - 1;
  const keys = keysOf(caller);
  t.same(
    told.map(({ ivrId, ivrDtmf, queueCode }) => ({ ivrId, ivrDtmf, queueCode })),
    plan.menus.map(({ id }, at) => ({
      ivrId: id,
      ivrDtmf: keys[at],
      queueCode: at === last && caller.tried.has(plan.queues[0] ?? '') ? plan.queues[0] : '',
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
    await withLab(
      t,
      setup,
      async (lab) => {
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
        ).catch(() => undefined);
        // For one too many.
        await sleep(1_000);
        compareAll(t, lab, callers, floor);
        await compareFigures(t, lab);
        t.match(
          (await daemon.api('POST', 'extensions/current-calls')).json,
          { data: [] },
          'contract §4.1: no call is left',
        );
        const statesNow = async (): Promise<Record<string, unknown>> => {
          const states = (await daemon.api('GET', 'extensions/extension-hints-status')).json as Told[];
          return Object.fromEntries(states.map(({ extension, status }) => [String(extension), status]));
        };
        const isFree = (extension: string, status: unknown): boolean =>
          status === (extension === unplugged ? '4' : '0');
        // 804 is qualified: a second without an answer makes it unreachable until Asterisk asks again.
        const areFree = async (): Promise<boolean> => {
          const states = await statesNow();
          return extensions.every((name) => !(name in states) || isFree(name, states[name]));
        };
        await eventually('every phone is free again', areFree).catch(() => undefined);
        const wantedStates = extensions.map((extension) => [extension, extension === unplugged ? '4' : '0']);
        t.match(await statesNow(), Object.fromEntries(wantedStates), 'contract §4.3: every phone is free again');
        const { items } = await ami.action('QueueStatus');
        t.same(
          items.filter(({ Event }) => Event === 'QueueEntry'),
          [],
          'nobody waits',
        );
        t.same(errorsIn(daemon.output), [], 'and no error in the log');
      },
      { extra: settings },
    );
  });
}
