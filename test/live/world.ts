import { eventsOf } from '../../src/events/list.ts';
import type { Filter } from '../../src/live/filter.ts';
import { Live } from '../../src/live/live.ts';
import { Mirror } from '../../src/live/mirror.ts';
import { extensionsOf } from '../../src/events/extensions-of.ts';
import type { RingLimits } from '../../src/live/ring.ts';
import type { Change } from '../../src/picture/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import { memoryLog } from '../http/client.ts';
import { lab, mac } from '../oracle/replay.ts';
import type { Transcript } from '../oracle/replay.ts';
import { ToldAsterisk } from '../picture/asterisk.ts';
import { FakeClock } from '../push/fakes.ts';
import type { Known } from './client.ts';

/** A reader that wants, and may see, everything. */
export const everything: Filter = { own: undefined };
const context = { mac, monitorDir: '/monitor', ivrNames: new Map<string, string>() };

/** A picture that hears a transcript, and the stream of it; turns of the event loop are made by hand. */
export class World {
  readonly clock = new FakeClock();
  readonly log = memoryLog();
  readonly picture = new Picture({ ...lab.picture });
  readonly asterisk: ToldAsterisk;
  readonly live: Live;
  /** Every event that was pushed, with its number, and whose it is. */
  readonly pushed: { readonly data: unknown; readonly name: string; readonly extensions: readonly string[] }[] = [];
  readonly #turns: (() => void)[] = [];
  #now = 0;

  constructor({ start }: Pick<Transcript, 'start'>, ring?: RingLimits) {
    this.asterisk = new ToldAsterisk(start, lab.picture);
    this.live = new Live({
      picture: this.picture,
      clock: this.clock,
      log: this.log,
      soon: (run) => this.#turns.push(run),
      ...(ring && { ring }),
    });
    this.#tell(this.picture.resync(start, 0));
    this.live.current();
  }

  /** `isMissed`: the connection to Asterisk is away. */
  hear(event: Transcript['events'][number], isMissed = false): void {
    this.#now = Number(event.get('Timestamp')) * 1000 || this.#now;
    this.asterisk.apply(event);
    if (isMissed || (event.name === 'VarSet' && !this.picture.wantsVariable(event.get('Variable')))) return;
    this.#tell(this.picture.apply(event, this.#now));
  }

  lose(): void {
    this.picture.lost();
    this.live.lost();
  }

  resync(): void {
    this.picture.expectSnapshot();
    this.#tell(this.picture.resync(this.asterisk.lists(), this.#now));
    this.live.current();
  }

  tick(): void {
    this.#tell(this.picture.tick(this.#now + 5_000));
  }

  /** Time passes, and all turns are made that are due. */
  async settle(): Promise<void> {
    const run = (): void => {
      for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) turn();
    };
    run();
    await this.clock.advance(60);
    run();
  }

  /** What a client with this filter has to know now. */
  truth(filter = everything): Known {
    const mirror = new Mirror();
    mirror.rebuild(this.picture);
    return JSON.parse(`{${mirror.snapshot(filter)}}`) as Known;
  }

  #tell(changes: readonly Change[]): void {
    for (const seen of changes) {
      // There is no after-call work here.
      const change: Change =
        seen.type === 'call-over' ? { type: 'call-settled', callerPath: seen.callerPath, pauseTime: 0 } : seen;
      for (const push of eventsOf(change, context)) {
        const body = { ...push.body, number: this.pushed.length };
        const extensions = extensionsOf(change, this.picture);
        this.pushed.push({ data: { ...body, callId: push.callId }, name: push.body.event, extensions });
        this.live.pushed({ ...push, body }, () => extensions);
      }
    }
  }
}
