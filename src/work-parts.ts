import type { AmiActions } from './ami/refusals.ts';
import type { Config } from './config/config.ts';
import { ccCdrKey } from './events/cc_cdr-body.ts';
import { lostKey, missedKind } from './events/missedcall.ts';
import type { Flow } from './flow.ts';
import type { Picture } from './picture/picture.ts';
import type { Outbox } from './push/outbox.ts';
import { Pull } from './store/pull.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import { systemClock } from './system/clock.ts';
import type { Log } from './system/log.ts';
import { AgentStates } from './work/agent-states.ts';
import { Dispositions } from './work/dispositions.ts';
import { MissedCalls } from './work/missed-calls.ts';
import { AfterCall } from './wrapup/after-call.ts';

/** What follows the work of agents, and takes what they say of it. */
export interface Work {
  readonly wrapup: AfterCall;
  readonly agentStates: AgentStates;
  readonly dispositions: Dispositions;
  readonly missedCalls: MissedCalls;
}

/** What it is made of. */
export interface WorkParts {
  readonly ami: AmiActions;
  readonly picture: Picture;
  readonly store: SqliteStore;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly config: () => Config;
  readonly flow: () => Flow;
}

/** Builds the parts of the rooms `wrapup` and `work`. */
export function workOf({ ami, picture, store, outbox, log, config, flow }: WorkParts): Work {
  const pull = new Pull(store);
  const wrapup = new AfterCall({
    ami,
    picture,
    log,
    clock: systemClock,
    settings: () => config().enable,
    onChanges: (changes) => {
      flow().pass(changes);
    },
  });
  const dispositions = new Dispositions({
    picture,
    waiting: (callId) => wrapup.waiting(callId),
    isStored: (callId, extension) => pull.isCallOf(callId, extension),
    hasRecord: (callId) => hasCcCdr(outbox, callId),
    settled: () => store.settled(),
    ready: (extension) => {
      wrapup.ready(extension);
    },
    now: () => systemClock.now(),
    onChange: (change) => {
      flow().pass([change]);
    },
  });
  const missedCalls = new MissedCalls({
    picture,
    settings: () => ({ international: config().dialplan.international, days: config().missedCalls.days }),
    hasTold: (uuid) => outbox.has({ callId: uuid, keyScope: uuid, rowKey: lostKey, body: { event: 'missedcall' } }),
    kept: () => store.kept(missedKind),
    keep: (id, text) => {
      store.keep({ of: missedKind, id, text });
    },
    settled: () => store.settled(),
    now: () => systemClock.now(),
    log,
    onChange: (change) => {
      flow().pass([change]);
    },
  });
  return { wrapup, agentStates: new AgentStates(picture, (key) => wrapup.isAtWork(key)), dispositions, missedCalls };
}

/** Whether the `cc_cdr` of a call was made, as far as the store knows. */
export function hasCcCdr(outbox: Pick<Outbox, 'has'>, callId: string): boolean {
  return outbox.has({ callId, rowKey: ccCdrKey, body: { event: 'cc_cdr' } });
}
