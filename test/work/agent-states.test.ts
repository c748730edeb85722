import t from 'tap';
import { eventsOf } from '../../src/events/list.ts';
import type { Change, Member } from '../../src/picture/model.ts';
import { newQueue } from '../../src/picture/queue.ts';
import { AgentStates, type MemberKey } from '../../src/work/agent-states.ts';
import { World, directory, legOf } from '../wrapup/world.ts';

const now = 1_795_000_000_000;

/** Queues as the picture has them, and what is told of their members, in words. */
function made(): {
  readonly states: AgentStates;
  readonly set: (queue: string, name: string, over?: Partial<Member>) => void;
  readonly remove: (queue: string, name: string) => void;
  readonly atWork: Set<string>;
  readonly said: (changes: readonly Change[]) => string[];
} {
  const queues = new Map([newQueue('630'), newQueue('631')].map((queue) => [queue.name, queue]));
  const atWork = new Set<string>();
  const isAtWork = (key: MemberKey): boolean => atWork.has(`${key.queue} ${key.interface}`);
  const states = new AgentStates({ queues, directory: directory() }, isAtWork);
  const member: Omit<Member, 'interface' | 'name'> = {
    ...{ stateInterface: '', membership: 'dynamic', isListed: true, penalty: '0', paused: false, pausedReason: '' },
    ...{ lastPause: 0, inCall: false, status: 1, callsTaken: 0, lastCall: 0 },
  };
  return {
    states,
    atWork,
    set: (queue, name, over) => {
      queues.get(queue)!.members.set(name, { ...member, interface: name, name: `Agent ${name}`, ...over });
    },
    remove: (queue, name) => {
      queues.get(queue)!.members.delete(name);
    },
    said: (changes) =>
      changes.flatMap((change) =>
        change.type === 'agent-state'
          ? `${change.agent} ${change.queue} ${change.state} ${change.reason} ${change.since - now}`
          : [],
      ),
  };
}

const lunch = { paused: true, pausedReason: 'lunch', lastPause: now / 1000 - 2 };

void t.test('two pauses within a second, for two reasons, are two events', (t) => {
  const { states, set } = made();
  states.resynced(now);
  const keys = ['lunch', 'training'].map((pausedReason) => {
    set('630', 'PJSIP/800', { ...lunch, pausedReason });
    const change = states.listed('630', now).find((one) => one.state === 'pause')!;
    return eventsOf(change, { mac: '', monitorDir: '/', ivrNames: new Map() })[0]?.rowKey;
  });
  t.type(keys[0], 'string');
  t.not(keys[0], keys[1], 'receivers know them by their ids');
  t.end();
});

void t.test('what changes is told once; what is so at the start is not', (t) => {
  const { states, set, remove, said } = made();
  set('630', 'PJSIP/800', lunch);
  t.same(states.listed('630', now), [], 'nobody knows yet what was before');
  t.same(said(states.resynced(now)), []);
  set('630', 'PJSIP/801');
  t.same(said(states.listed('630', now)), ['801 630 login  0']);
  t.same(said(states.listed(undefined, now)), []);
  set('630', 'PJSIP/801', lunch);
  t.same(said(states.listed('630', now)), ['801 630 pause lunch -2000']);
  set('630', 'PJSIP/801', { ...lunch, lastPause: now / 1000, pausedReason: 'training' });
  t.same(said(states.listed('630', now)), ['801 630 pause training 0'], 'for another reason');
  set('630', 'PJSIP/800');
  remove('630', 'PJSIP/801');
  t.same(said(states.listed('630', now)).sort(), ['800 630 unpause  0', '801 630 logout  0']);
  set('631', 'Local/802@from-queue/n', { ...lunch, stateInterface: 'hint:802@ext-local' });
  t.same(said(states.resynced(now)), ['802 631 login  0', '802 631 pause lunch -2000'], 'a member that comes paused');
  set('631', 'DAHDI/9');
  t.same(said(states.resynced(now)), ['Agent DAHDI/9 631 login  0'], 'nobody’s: its name');
  t.end();
});

void t.test('a member that only an event named is not believed, and one that was listed still is', (t) => {
  const { states, set, said } = made();
  set('630', 'PJSIP/800');
  states.resynced(now);
  set('630', 'PJSIP/801', { isListed: false });
  t.same(said(states.take({ type: 'member-removed', queue: '630', interface: 'PJSIP/805' }, now)), []);
  set('630', 'PJSIP/800', { isListed: false, ...lunch });
  t.same(said(states.listed('630', now)), ['800 630 pause lunch -2000']);
  t.end();
});

void t.test('after-call work is what the box does; a pause that is only called so is a pause', (t) => {
  const { states, set, atWork, said } = made();
  set('630', 'PJSIP/800');
  states.resynced(now);
  const wrapUp = { paused: true, pausedReason: 'wrap-up', lastPause: now / 1000 };
  set('630', 'PJSIP/800', wrapUp);
  t.same(said(states.listed('630', now)), ['800 630 pause wrap-up 0'], 'another program’s');
  atWork.add('630 PJSIP/800');
  t.same(said(states.listed('630', now)), ['800 630 wrapup wrap-up 0']);
  atWork.clear();
  set('630', 'PJSIP/800');
  t.same(said(states.listed('630', now)), ['800 630 unpause  0']);
  t.end();
});

void t.test(
  'with the after-call work of a daemon: told as it begins and ends, and another program’s is a pause',
  (t) => {
    const w = new World(['630', 'PJSIP/800'], ['632', 'PJSIP/800'], ['630', 'PJSIP/801']);
    const states = new AgentStates({ queues: w.known, directory: w.directory }, (key) => w.wrapups.isAtWork(key));
    const told: string[] = [];
    const note = (changes: readonly Change[]): void => {
      for (const change of changes) if (change.type === 'agent-state') told.push(`${change.queue} ${change.state}`);
    };
    note(states.resynced(w.now));
    const take = w.take.bind(w);
    w.take = (change) => {
      take(change);
      note(states.take(change, w.now));
    };
    w.call('800');
    t.same(told.splice(0), ['630 wrapup', '632 wrapup']);
    w.follow(w.wrapups.ready('801', w.now));
    w.follow(w.wrapups.ready('', w.now));
    t.same(told.splice(0), [], 'nobody else’s work ends');
    w.follow(w.wrapups.ready('800', w.now));
    w.flush();
    t.same(told.splice(0), ['630 unpause', '632 unpause']);
    t.same(w.settled, []);
    w.pause('630', 'PJSIP/801', true, 'wrap-up');
    w.flush();
    t.same(told.splice(0), ['630 pause'], 'it was not in after-call work');
    w.legEnds(legOf('802'));
    w.follow(w.wrapups.ready('801', w.now));
    w.flush();
    t.equal(w.pauseOf('630', 'PJSIP/801'), 'wrap-up', 'ready does not undo another program’s pause');
    t.same(told, []);
    t.end();
  },
);
