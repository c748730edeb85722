import type { Call } from '../lab/call.ts';
import type { Plan } from './mixed-calls.ts';
import { colleague, reachable, secondQueue } from './mixed-calls.ts';

/** An event's body. */
export type Told = Readonly<Record<string, unknown>>;

/** A caller and what the phones saw of them. */
export class Caller {
  readonly plan: Plan;
  /** A number of their own: what the agents' phones show, and the record's `caller`. */
  readonly number: string;
  call: Call | undefined;
  /** Phones that rang, in order. */
  readonly rang: string[] = [];
  /** Asterisk has read that one of them rings: on a busy machine the caller's time may be up before. */
  isRung = false;
  /** Queues that the dialplan has led them to: on a busy machine a key may come too late for one. */
  readonly tried = new Set<string>();
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
  /** The mailbox recorded: whoever hangs up in its greeting may be too late on a busy machine, and leaves a message. */
  heardBeep = false;
  /** Context of the dialplan → the keys that Asterisk heard there: on a busy machine one may come too late. */
  readonly heard = new Map<string, string>();

  constructor(plan: Plan, number: string) {
    this.plan = plan;
    this.number = number;
  }

  /** Somebody has taken it, or it is over: giving up would come too late. */
  get isSettled(): boolean {
    return this.isTaken || this.call?.state === 'ended';
  }
}

/** Whether a cc_cdr is to come: the caller passes a menu or tries a queue. */
export function hasRecord({ plan }: Caller): boolean {
  return plan.menus.length > 0 || plan.queues.length > 0;
}

/** Why the call was lost, from what was arranged and what the phones saw (contract §3.7); `''`: it was not. */
export function missCauseOf({ plan, spoke, tried, isRung, gaveUpAfter }: Caller): string {
  const last = passedBy({ plan, tried }).at(-1);
  if (last === undefined || spoke.length > 0) return '';
  if (gaveUpAfter !== undefined && gaveUpAfter <= 10_000) return 'MEMBER_CANCEL';
  if (!reachable.has(last)) return 'NO_AGENT_LOGIN';
  return isRung ? 'NO_AGENT_ANSWER' : 'NO_ASSIGN';
}

/** The queues that a caller came to by themselves. */
function passedBy({ plan, tried }: Pick<Caller, 'plan' | 'tried'>): readonly string[] {
  return plan.queues.filter((queue) => tried.has(queue));
}

/** Whether an agent handed the caller to the second queue, and nobody took them there. */
function isLeft({ spoke, handedTo }: Caller): boolean {
  return handedTo === secondQueue && spoke.length === 1;
}

/** Whether an agent hung up a queue's call that had not been handed to the colleague: the survey follows. */
function hasSurvey(caller: Caller): boolean {
  const { plan, spoke, handedTo } = caller;
  return plan.queues.length > 0 && handedTo !== colleague && !isLeft(caller) && spoke.at(-1)?.leg.end?.by === 'us';
}

/** The sides that may have hung up first, as the two ends of the last conversation saw it; without one, as the caller did. */
export function hangupSidesOf(caller: Caller): string[] {
  const { call, spoke } = caller;
  const last = spoke.at(-1);
  if (last === undefined || isLeft(caller)) return [call?.end?.by === 'us' ? 'caller' : 'system'];
  const isAgent = last.leg.end?.by === 'us';
  // In the survey the caller may hang up as well.
  if (isAgent && call?.end?.by === 'us' && caller.plan.talk.end === 'both') return ['agent', 'caller'];
  return [isAgent ? 'agent' : 'caller'];
}

/** Where the call may have ended (contract §3.7, cdrState). */
export function stagesOf(caller: Caller): string[] {
  const { plan, spoke } = caller;
  if (isLeft(caller)) return ['queue'];
  if (spoke.length === 0) return [passedBy(caller).length > 0 ? 'queue' : 'ivr'];
  if (!hasSurvey(caller)) return ['bridged'];
  return plan.talk.end === 'both' ? ['bridged', 'feedback'] : ['feedback'];
}

function scoreOf(caller: Caller): string {
  const key = caller.heard.get('feedback') ?? '';
  return hasSurvey(caller) && caller.plan.talk.end === 'agent' && /^[1-5]$/.test(key) ? key : '0';
}

/** The keys of each menu. */
export function keysOf({ plan, heard }: Caller): string[] {
  return plan.menus.map(({ id }) => heard.get(`ivr-${id}`) ?? '');
}

/** The queues passed, also by being handed over. */
export function queuesOf(caller: Caller): readonly string[] {
  const passed = passedBy(caller);
  return caller.handedTo === secondQueue ? [...passed, secondQueue] : passed;
}

/** The queue in which they talked last: its recording is the record's; `''`: in none. */
export function recordedQueueOf(caller: Caller): string {
  const queues = isLeft(caller) ? passedBy(caller) : queuesOf(caller);
  return caller.spoke.length > 0 ? (queues.at(-1) ?? '') : '';
}

/** The fields of cc_cdr that the phones know (contract §3.7). */
export function wantedOf(caller: Caller): Told {
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
    ivrDtmf: passed ? keysOf(caller).join() : '0',
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
    ...(caller.heardBeep && !plan.message ? {} : { voicemailState: plan.message ? '1' : '0' }),
    isHeld: caller.wasHeld,
    incomplete: false,
  };
}
