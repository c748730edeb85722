import type { AmiActions } from '../ami/refusals.ts';
import type { Change } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';
import type { Log } from '../system/log.ts';
import type { ControlDeps } from './deps.ts';
import { Originations } from './originations.ts';
import { RecentClicks } from './recent-clicks.ts';
import { stopRinging } from './ring.ts';
import { TalkLimits } from './talk-limits.ts';

/**
 * The entrance of this room: what every verb gets, with what some verbs keep between Asterisk's answer and its event. A
 * verb is a function of its own file: it takes this and values that were checked, has Asterisk do something, and resolves
 * with Asterisk's text or rejects with a `Refusal`. Nothing here knows of HTTP, nor of events that are pushed.
 */
export class Control implements ControlDeps {
  readonly ami: AmiActions;
  readonly picture: Picture;
  readonly log: Log;
  readonly queueNow: ControlDeps['queueNow'];
  readonly clickContext: ControlDeps['clickContext'];
  readonly internalContexts: ControlDeps['internalContexts'];
  readonly outside: ControlDeps['outside'];
  readonly memberContext: ControlDeps['memberContext'];
  readonly originations: Originations;
  readonly talkLimits: TalkLimits;
  readonly recentClicks: RecentClicks;

  constructor(deps: ControlDeps) {
    this.ami = deps.ami;
    this.picture = deps.picture;
    this.log = deps.log;
    this.queueNow = deps.queueNow;
    this.clickContext = deps.clickContext;
    this.internalContexts = deps.internalContexts;
    this.outside = deps.outside;
    this.memberContext = deps.memberContext;
    this.originations = new Originations((channelId) => {
      stopRinging(deps, channelId);
    });
    this.talkLimits = new TalkLimits(deps);
    this.recentClicks = new RecentClicks((uniqueid) => deps.picture.channels.get(uniqueid)?.isEndedByUs === true);
  }

  /** Takes what the picture saw: the ends of what was begun here. */
  onChange(change: Change): void {
    this.originations.onChange(change);
    this.talkLimits.onChange(change);
    this.recentClicks.onChange(change);
  }

  /** The connection to Asterisk is lost. */
  onDown(): void {
    this.originations.onDown();
  }
}
