import type { Change } from '../picture/model.ts';
import { withRefusals } from '../ami/refusals.ts';
import { blacklistCreate, blacklistDelete, blacklistIndex } from './blacklist.ts';
import type { Click, Clicked } from './click-number.ts';
import { clickNumber } from './click-number.ts';
import type { ControlDeps } from './deps.ts';
import { Registrations } from '../snapshot/endpoints.ts';
import { hangup } from './hangup.ts';
import { Originations } from './originations.ts';
import { agentLogin, agentLogout, agentPause } from './queue-member.ts';
import { RecentClicks } from './recent-clicks.ts';
import type { SpyMode } from './spy.ts';
import { spy } from './spy.ts';
import { stopRinging } from './stop-ringing.ts';
import { TalkLimits } from './talk-limits.ts';
import { transfer } from './transfer.ts';

/** Everything that can be done to a call centre, with what some verbs keep between Asterisk's answer and its event. */
export class Verbs {
  readonly registrations: Registrations;
  private readonly deps: ControlDeps & {
    readonly originations: Originations;
    readonly talkLimits: TalkLimits;
    readonly recentClicks: RecentClicks;
  };

  constructor(deps: ControlDeps) {
    const told = { ...deps, ami: withRefusals(deps.ami) };
    const originations = new Originations((channelId) => {
      stopRinging(told, channelId);
    });
    this.deps = { ...told, originations, talkLimits: new TalkLimits(told), recentClicks: new RecentClicks() };
    this.registrations = new Registrations(told);
  }

  /** Takes what the picture saw: the ends of what was begun here. */
  onChange(change: Change): void {
    this.deps.originations.onChange(change);
    this.deps.talkLimits.onChange(change);
    this.deps.recentClicks.onChange(change);
  }

  /** The connection to Asterisk is lost. */
  onDown(): void {
    this.deps.originations.onDown();
  }

  clickNumber(click: Click): Promise<Clicked> {
    return clickNumber(this.deps, click);
  }

  hangup(extension: string): Promise<void> {
    return hangup(this.deps, extension);
  }

  transfer(src: string, dst: string): Promise<void> {
    return transfer(this.deps, src, dst);
  }

  spy(mode: SpyMode, src: string, dst: string): Promise<void> {
    return spy(this.deps, mode, src, dst);
  }

  agentLogin(extension: string, queue: string): Promise<void> {
    return agentLogin(this.deps, extension, queue);
  }

  agentLogout(extension: string, queue: string): Promise<void> {
    return agentLogout(this.deps, extension, queue);
  }

  agentPause(queue: string, member: string, paused: boolean): Promise<string> {
    return agentPause(this.deps, queue, member, paused);
  }

  blacklistIndex(): Promise<string[]> {
    return blacklistIndex(this.deps);
  }

  blacklistCreate(number: string): Promise<string> {
    return blacklistCreate(this.deps, number);
  }

  blacklistDelete(number: string): Promise<string> {
    return blacklistDelete(this.deps, number);
  }
}
