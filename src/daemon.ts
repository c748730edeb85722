import { AmiClient } from './ami/client.ts';
import type { AmiMessage } from './ami/message.ts';
import { CatchUp } from './catch-up.ts';
import type { Config } from './config/config.ts';
import { restartKeys } from './config/diff.ts';
import { localSocketOf } from './config/local-socket.ts';
import { presets } from './config/presets.ts';
import { asking, away } from './control/asking.ts';
import { fetchLists } from './control/lists.ts';
import { Relist } from './control/relist.ts';
import { Verbs } from './control/verbs.ts';
import { allRoutes } from './http/routes/list.ts';
import type { Status } from './http/routes/status.ts';
import type { Readiness } from './http/routes/system.ts';
import { HttpServer } from './http/server.ts';
import type { Entry } from './outbox/entry.ts';
import { Outbox } from './outbox/outbox.ts';
import { Pull } from './outbox/pull.ts';
import { Replay } from './outbox/replay.ts';
import { SqliteStore } from './outbox/sqlite-store.ts';
import { Overflow } from './overflow.ts';
import type { Change } from './picture/change.ts';
import { Picture } from './picture/picture.ts';
import { recordsOf } from './records/list.ts';
import type { RecordContext } from './records/record.ts';
import { pictureSettings, pushSettings, recordContextOf } from './settings.ts';
import { statusOf } from './status.ts';
import { systemClock } from './system/clock.ts';
import type { Log } from './system/log.ts';
import type { Notify } from './system/notify.ts';
import { Soon } from './system/soon.ts';
import { AfterCall } from './wrapup/after-call.ts';

/**
 * Milliseconds: what a stop takes at most, of which requests under way, the last actions and the goodbye to Asterisk may
 * take most; and what is left in any case for what is still to be pushed. systemd waits 5 seconds.
 */
const stopTime = 4_000;
const flushTime = 500;
/** Milliseconds between a failed question for the lists and the next. */
const listsWait = 1_000;
/** Milliseconds between a forged event and the lists that mend what it may have done. */
const healWait = 5_000;
/** What a daemon is made of. */
export interface DaemonOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** Told when the daemon serves, how it does, and when it ends. */
  readonly notify?: Notify;
  /** Told of every event that is pushed. */
  readonly onPushed?: ((entry: Entry) => void) | undefined;
}

/** All parts of the daemon in the order of the flow: AMI → picture → wrapup → records → outbox, and HTTP beside it. */
export class Daemon {
  private config: Config;
  private readonly log: Log;
  private readonly notify: Notify | undefined;
  private readonly ami: AmiClient;
  private readonly picture: Picture;
  private readonly overflow: Overflow;
  private readonly relist: Relist;
  private readonly verbs: Verbs;
  private readonly afterCall: AfterCall;
  private readonly store: SqliteStore;
  private readonly outbox: Outbox;
  private readonly catchUp: CatchUp;
  private readonly http: HttpServer;
  private recordContext: RecordContext;
  /** Whether the picture is Asterisk's: false from the loss of the connection until the lists are in again. */
  private isCurrent = false;
  /** Since when `isCurrent` is what it is; milliseconds since 1970. */
  private since = Date.now();
  /** How often the lists were asked for: only the newest answer counts, the picture was told to expect that one. */
  private asked = 0;
  /** Asks for the lists anew after a failure. */
  private readonly again = new Soon(listsWait, () => {
    if (this.ami.state === 'up') this.refresh();
  });
  /** Asks for the lists after forged events, however many there are. */
  private readonly healing = new Soon(healWait, () => {
    if (this.ami.state === 'up') this.refresh();
  });
  private tickTimer: NodeJS.Timeout | undefined;
  private readonly version: string;

  constructor({ config, log, version, notify, onPushed }: DaemonOptions) {
    this.config = config;
    this.version = version;
    this.notify = notify;
    this.log = log;
    this.picture = new Picture(pictureSettings(config));
    this.overflow = new Overflow(this.picture, log);
    this.recordContext = recordContextOf(config);
    this.store = new SqliteStore({
      folder: config.general.dataDir,
      log,
      limits: { bytes: config.push.storeMb * 1024 * 1024 },
      keepDays: () => this.config.push.keepDays,
      receivers: () => this.config.push.receivers.map(({ name }) => name),
    });
    this.outbox = new Outbox({
      // Their certificates' authorities are read by `start`.
      settings: { ...config.push, receivers: [] },
      store: this.store,
      mac: this.recordContext.mac,
      version,
      log,
      ...(onPushed === undefined ? {} : { onPushed }),
    });
    this.ami = new AmiClient({
      ...config.ami,
      events: new Set([...Picture.events, 'Reload']),
      variables: (name) => this.picture.wantsVariable(name),
      log,
      onEvent: (message, arrived) => {
        this.onEvent(message, arrived);
      },
      onUp: () => {
        this.refresh();
      },
      onDown: () => {
        this.become(false);
        this.picture.lost();
        this.again.cancel();
        this.healing.cancel();
        this.relist.down();
        this.catchUp.down();
        this.verbs.onDown();
        this.afterCall.onDown();
      },
      onForged: () => {
        this.healing.ask();
      },
    });
    this.relist = new Relist({
      ami: asking(this.ami),
      picture: this.picture,
      clock: systemClock,
      log,
      onChanges: (changes) => {
        this.tell(changes);
      },
    });
    this.verbs = new Verbs({
      ami: this.ami,
      picture: this.picture,
      log,
      queueNow: (queue) => this.relist.queueNow(queue),
      clickContext: () => this.config.dialplan.click,
      internalContexts: () => this.config.dialplan.internal,
      memberContext: () => presets[this.config.dialplan.preset].memberContext,
    });
    this.afterCall = new AfterCall({
      ami: asking(this.ami),
      picture: this.picture,
      log,
      clock: systemClock,
      settings: () => this.config.enable,
      onChanges: (changes) => {
        this.pass(changes);
      },
    });
    this.catchUp = new CatchUp({
      config,
      picture: this.picture,
      outbox: this.outbox,
      notes: this.store,
      log,
      context: () => this.recordContext,
      onRow: (message, arrived) => {
        this.tell(this.picture.apply(message, arrived));
      },
      onFound: (change) => {
        this.pass([change]);
      },
    });
    const pull = new Pull(this.store);
    const replay = new Replay({
      store: this.store,
      clock: systemClock,
      receivers: () => this.config.push.receivers.map(({ name }) => name),
      onAgain: (receiver, after) => {
        this.outbox.again(receiver, after);
      },
    });
    this.http = new HttpServer({
      routes: allRoutes({
        verbs: this.verbs,
        picture: this.picture,
        dialFeatures: () => this.config.dialplan.dialFeatures,
        requireUp: () => {
          if (!this.isCurrent) throw away();
        },
        readiness: () => this.readiness(),
        folder: () => this.config.general.monitorDir,
        records: (wanted) => pull.records(wanted),
        deliveries: (wanted) => pull.deliveries(wanted),
        replay: (order) => replay.run(order),
        status: () => this.status(),
      }),
      log,
      settings: () => this.config.general,
      local: localSocketOf(config.general),
    });
  }

  /** Listens and delivers at once; connects to Asterisk when it is there, now or later. Rejects when it cannot listen. */
  async start(): Promise<void> {
    await this.outbox.reconfigure(pushSettings(this.config));
    await this.outbox.start();
    try {
      await this.http.start();
    } catch (cause) {
      await this.outbox.stop(0);
      throw cause;
    }
    this.catchUp.start();
    this.ami.start();
    this.tickTimer = setInterval(() => {
      this.tick();
    }, 1_000);
    this.tellStatus();
    this.notify?.ready();
  }

  /** Ends in the order of the flow, so that what Asterisk said last is still pushed. */
  async stop(): Promise<void> {
    const limit = performance.now() + stopTime;
    this.notify?.stopping();
    clearInterval(this.tickTimer);
    // Requests that are being carried out may still need Asterisk.
    await this.http.stop();
    this.again.cancel();
    this.healing.cancel();
    this.relist.down();
    this.catchUp.release();
    this.tell(this.picture.finish(Date.now()));
    // While Asterisk can still be asked to unpause whom it would leave paused.
    this.pass(await this.afterCall.stop());
    await Promise.all([this.ami.stop(), this.catchUp.stop()]);
    await this.outbox.stop(Math.max(flushTime, limit - performance.now()));
  }

  /**
   * Takes a re-read configuration without dropping a call; names what only a restart changes. Rejects when it cannot be
   * taken over (a certificate that is no good), and then the old one goes on.
   */
  async reload(config: Config): Promise<void> {
    const before = this.config;
    this.config = config;
    try {
      await this.http.reload();
      await this.outbox.reconfigure(pushSettings(config));
    } catch (cause) {
      this.config = before;
      await this.http.reload();
      throw cause;
    }
    for (const key of restartKeys(before, config)) {
      this.log.warning(`${key} changed: it takes effect at the next restart`);
    }
    this.recordContext = recordContextOf(config);
    this.picture.configure(pictureSettings(config));
    this.afterCall.configured();
  }

  private onEvent(message: AmiMessage, arrived: number): void {
    if (message.name === 'Reload') this.relist.reloaded();
    else if (!this.catchUp.holds(message, arrived)) this.tell(this.seen(message, arrived));
  }

  /** What an event changed. Rejected by the picture, a fault of ours, it is as good as missed: the lists mend what they can. */
  private seen(message: AmiMessage, arrived: number): Change[] {
    try {
      return this.picture.apply(message, arrived);
    } catch (cause) {
      this.picture.lost();
      this.again.ask();
      throw cause;
    }
  }

  private tick(): void {
    const now = Date.now();
    this.catchUp.tick(now);
    this.tell(this.picture.tick(now));
    if (this.overflow.tick() && this.ami.state === 'up') {
      this.picture.lost();
      this.refresh();
    }
    this.tellStatus();
  }

  private tell(changes: readonly Change[]): void {
    const now = Date.now();
    for (const change of changes) {
      this.catchUp.saw(change);
      this.pass(this.afterCall.take(change, now));
    }
  }

  private pass(changes: readonly Change[]): void {
    for (const change of changes) {
      this.catchUp.passing(change);
      this.relist.onChange(change);
      this.verbs.onChange(change);
      for (const push of recordsOf(change, this.recordContext)) this.outbox.push(push);
    }
  }

  /** Asks for everything and makes the picture agree with it. */
  private refresh(): void {
    this.relist.down();
    this.picture.expectLists();
    const asked = ++this.asked;
    fetchLists({ ami: asking(this.ami) })
      .then((lists) => {
        if (asked !== this.asked || this.ami.state !== 'up') return;
        const now = Date.now();
        this.pass(this.afterCall.rebuilt(this.picture.rebuild(lists, now), now));
        this.become(true);
        this.relist.up();
        this.catchUp.up();
      })
      .catch((cause: unknown) => {
        if (asked !== this.asked || this.ami.state !== 'up') return;
        this.log.warning('Asterisk did not answer the questions for its state, they are asked again', cause);
        this.again.ask();
      });
  }

  private readiness(): Readiness {
    const reasons: string[] = [];
    if (!this.isCurrent) {
      const cause = this.ami.state === 'up' ? undefined : this.ami.lastError?.message;
      const reason = this.ami.state === 'up' ? 'reading the state of Asterisk' : 'no connection to Asterisk';
      reasons.push(cause === undefined ? reason : `${reason}: ${cause}`);
    }
    const { health } = this.store;
    if (health.state === 'failing') reasons.push(`records are kept in memory only: ${health.reason}`);
    return reasons.length === 0 ? { ready: true } : { ready: false, reasons, retryAfter: 2 };
  }

  private become(isCurrent: boolean): void {
    if (this.isCurrent === isCurrent) return;
    this.isCurrent = isCurrent;
    this.since = Date.now();
  }

  private status(): Promise<Status> {
    const { version, ami, store, outbox, isCurrent, since } = this;
    return statusOf({ version, ami, store, outbox, isCurrent, since, receivers: this.config.push.receivers });
  }

  private tellStatus(): void {
    const now = this.readiness();
    this.notify?.status(now.ready ? 'connected to Asterisk' : now.reasons.join(', '));
  }
}
