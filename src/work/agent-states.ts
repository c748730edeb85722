import type { AgentState, Change, Member } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import { agentOfMember } from '../picture/queue.ts';

/** A member of a queue, as app_queue knows it. */
export interface MemberKey {
  readonly queue: string;
  readonly interface: string;
}

type Doing = Exclude<AgentState, 'login' | 'logout'>;

/** What was told of a member last. */
interface Told {
  readonly member: Member;
  readonly agent: string;
  readonly doing: Doing;
  readonly reason: string;
}

type AgentChange = Extract<Change, { type: 'agent-state' }>;

/**
 * What agents do, told when it changes: who logs in and out, is paused, is in after-call work, takes calls again. It
 * compares the members of the picture with what it told last, so that nothing is told twice, and what happened unseen is
 * told once the lists show it. Members that only an event named are not believed. Pure.
 */
export class AgentStates {
  readonly #picture: Pick<Picture, 'queues' | 'directory'>;
  readonly #isAtWork: (key: MemberKey) => boolean;
  /** By queue and interface; `undefined` until the first lists: what was before is no news. */
  #told: Map<string, Map<string, Told>> | undefined;

  /** `isAtWork`: whether a member is paused for after-call work; the reason of its pause does not tell (contract §1.2). */
  constructor(picture: Pick<Picture, 'queues' | 'directory'>, isAtWork: (key: MemberKey) => boolean) {
    this.#picture = picture;
    this.#isAtWork = isAtWork;
  }

  /** A change that may be one of a member; `now`: ms epoch. */
  take(change: Change, now: number): AgentChange[] {
    return change.type === 'member-pause' || change.type === 'member-removed' ? this.listed(change.queue, now) : [];
  }

  /** The members of a queue, or of all, are as Asterisk lists them. */
  listed(queue: string | undefined, now: number): AgentChange[] {
    if (this.#told === undefined) return [];
    return queue === undefined ? this.#compareAll(this.#told, now) : this.#compare(this.#told, queue, now);
  }

  /** The picture is Asterisk's. Members of the first time are no news. */
  resynced(now: number): AgentChange[] {
    const told = this.#told ?? new Map<string, Map<string, Told>>();
    const changes = this.#compareAll(told, now);
    if (this.#told !== undefined) return changes;
    this.#told = told;
    return [];
  }

  #compareAll(told: Map<string, Map<string, Told>>, now: number): AgentChange[] {
    const queues = new Set([...told.keys(), ...this.#picture.queues.keys()]);
    return [...queues].flatMap((queue) => this.#compare(told, queue, now));
  }

  #compare(told: Map<string, Map<string, Told>>, queue: string, now: number): AgentChange[] {
    const before = told.get(queue) ?? new Map<string, Told>();
    const after = new Map<string, Told>();
    for (const member of this.#picture.queues.get(queue)?.members.values() ?? []) {
      const known = before.get(member.interface);
      // One that was told before was listed.
      if (member.isListed || known !== undefined) after.set(member.interface, this.#toldOf(queue, member));
    }
    if (after.size === 0) told.delete(queue);
    else told.set(queue, after);
    const changes: AgentChange[] = [];
    const tell = ({ member, agent, reason }: Told, state: AgentState): void => {
      const since = state === 'pause' || state === 'wrapup' ? member.lastPause * 1000 || now : now;
      changes.push({ type: 'agent-state', queue, member, agent, state, reason, since });
    };
    for (const [name, gone] of before) if (!after.has(name)) tell({ ...gone, reason: '' }, 'logout');
    for (const [name, is] of after) {
      const was = before.get(name);
      if (was === undefined) tell({ ...is, reason: '' }, 'login');
      const isSame = was === undefined ? is.doing === 'unpause' : was.doing === is.doing && was.reason === is.reason;
      if (!isSame) tell(is, is.doing);
    }
    return changes;
  }

  #toldOf(queue: string, member: Member): Told {
    const agent = agentOfMember(this.#picture.directory, member);
    if (!member.paused) return { member, agent, doing: 'unpause', reason: '' };
    const isAtWork = this.#isAtWork({ queue, interface: member.interface });
    return { member, agent, doing: isAtWork ? 'wrapup' : 'pause', reason: member.pausedReason };
  }
}
