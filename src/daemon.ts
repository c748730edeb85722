import { AmiClient } from './ami/client.ts';
import { Backfill } from './backfill/backfill.ts';
import type { Config } from './config/config.ts';
import { restartKeys } from './config/diff.ts';
import { Api } from './api.ts';
import { withRefusals } from './ami/refusals.ts';
import { fetchSnapshot } from './snapshot/snapshot.ts';
import { Relist } from './snapshot/relist.ts';
import { Control } from './control/control.ts';
import { Figures } from './figures/figures.ts';
import { Flow } from './flow.ts';
import type { Status } from './http/routes/status.ts';
import { receiverName } from './http/routes/outbox-params.ts';
import type { Readiness } from './http/routes/system.ts';
import { Link } from './link.ts';
import { Live } from './live/live.ts';
import { metricsOf } from './metrics.ts';
import { Alerts } from './push/alerts.ts';
import { QueueMeters } from './queue-meters.ts';
import type { Entry } from './store/store.ts';
import { Outbox } from './push/outbox.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import { Overflow } from './snapshot/overflow.ts';
import { Picture } from './picture/picture.ts';
import type { EventContext } from './events/event.ts';
import * as settings from './settings.ts';
import { readinessOf, statusOf } from './status.ts';
import { systemClock } from './system/clock.ts';
import { forAll, inTurn, together } from './system/for-all.ts';
import { LoopLag } from './system/loop-lag.ts';
import type { Log } from './system/log.ts';
import type { Notify } from './system/notify.ts';
import { Recordings } from './recordings/recordings.ts';
import { hasCcCdr, workOf, type Work } from './work-parts.ts';

/** Milliseconds a stop may take; systemd waits 5 seconds. */
const stopTime = 4_000;
/** Milliseconds between two ticks. */
const tickTime = 1_000;
/** Ticks of which the metrics tell how late they were: a minute's, since Prometheus asks every minute at the latest. */
const lagRuns = 60;
/** Milliseconds of a stop that are left for pushing, however long requests and Asterisk took. */
const flushTime = 500;

/** What a Daemon is made of. */
export interface DaemonOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** Tells systemd when the daemon serves, its state, and when it stops. */
  readonly notify?: Notify;
  /** Called with every event that is pushed. */
  readonly onPushed?: ((entry: Entry) => void) | undefined;
}

/** Builds the parts, starts and stops them, and hands them a new configuration. flow.ts orders the stages. */
export class Daemon {
  #config: Config;
  readonly #log: Log;
  readonly #notify: Notify | undefined;
  readonly #version: string;
  readonly #ami: AmiClient;
  readonly #picture: Picture;
  readonly #link: Link;
  readonly #flow: Flow;
  readonly #live: Live;
  readonly #recordings: Recordings;
  readonly #work: Work;
  readonly #store: SqliteStore;
  readonly #outbox: Outbox;
  readonly #backfill: Backfill;
  readonly #figures: Figures;
  readonly #api: Api;
  readonly #queueMeters = new QueueMeters();
  readonly #alerts: Alerts;
  #eventContext: EventContext;
  readonly #lag = new LoopLag({ every: tickTime, runs: lagRuns });
  #tickTimer: NodeJS.Timeout | undefined;

  constructor({ config, log, version, notify, onPushed }: DaemonOptions) {
    this.#config = config;
    this.#version = version;
    this.#notify = notify;
    this.#log = log;
    this.#picture = new Picture(settings.pictureSettings(config));
    this.#eventContext = settings.eventContextOf(config);
    this.#store = new SqliteStore({
      folder: config.general.dataDir,
      log,
      limits: { bytes: config.push.storeMb * 1024 * 1024 },
      keepDays: () => this.#config.push.keepDays,
      accessDays: () => this.#config.recordings.accessDays,
      receivers: () => this.#config.push.receivers.map(({ name }) => name),
    });
    this.#outbox = new Outbox({
      // `start` adds the receivers: it reads the files of their certificate authorities.
      settings: { ...config.push, receivers: [] },
      store: this.#store,
      mac: this.#eventContext.mac,
      version,
      log,
      onPushed: (entry) => {
        this.#queueMeters.note(entry);
        onPushed?.(entry);
      },
    });
    this.#alerts = new Alerts({
      settings: () => ({ minutes: this.#config.push.alertMinutes, url: this.#config.alert.url }),
      receivers: () => this.#outbox.status(),
      checkpoints: this.#store,
      shownName: receiverName,
      mac: () => this.#eventContext.mac,
      version,
      log,
      clock: systemClock,
    });
    this.#ami = new AmiClient({
      ...config.ami,
      events: new Set([...Picture.events, 'Reload']),
      variables: (name) => this.#picture.wantsVariable(name),
      log,
      onEvent: (message, arrived) => {
        this.#flow.take(message, arrived);
      },
      onUp: () => {
        this.#link.up();
      },
      onDown: () => {
        this.#link.down();
      },
      onForged: () => {
        this.#link.forged();
      },
    });
    const actions = withRefusals(this.#ami);
    this.#link = new Link({
      ami: this.#ami,
      overflow: new Overflow(this.#picture, log),
      fetchSnapshot: () => fetchSnapshot({ ami: actions }),
      flow: () => this.#flow,
      log,
    });
    const relist = new Relist({ ami: actions, taker: () => this.#flow, clock: systemClock, log });
    const dialling = settings.diallingSettings(() => this.#config);
    const control = new Control({
      ami: actions,
      picture: this.#picture,
      log,
      queueNow: (queue) => relist.queueNow(queue),
      ...dialling,
    });
    this.#work = workOf({
      ami: actions,
      picture: this.#picture,
      store: this.#store,
      outbox: this.#outbox,
      log,
      config: () => this.#config,
      flow: () => this.#flow,
    });
    this.#backfill = new Backfill({
      settings: settings.logSettings(() => this.#config),
      picture: this.#picture,
      hasRecord: (callId) => hasCcCdr(this.#outbox, callId),
      currentSince: () => this.#link.currentSince,
      checkpoints: this.#store,
      clock: systemClock,
      log,
      onHeldRow: (message, arrived) => {
        this.#flow.takeHeldRow(message, arrived);
      },
      onRow: (found, origin) => {
        this.#flow.takeFoundRow(found, origin);
      },
      onCall: (call) => {
        this.#flow.takeFoundCall(call);
      },
    });
    this.#figures = new Figures({
      picture: this.#picture,
      store: this.#store,
      level: settings.serviceLevels(() => this.#config),
      isCurrent: () => this.#link.isCurrent,
      queueLog: config.asterisk.queueLog,
      clock: systemClock,
      log,
    });
    this.#recordings = new Recordings({
      monitorDir: () => this.#config.general.monitorDir,
      checkpoints: this.#store,
      callById: (callId) => this.#picture.callById(callId),
      clock: systemClock,
      log,
      onComplete: (change) => {
        this.#flow.pass([change]);
      },
    });
    this.#live = new Live({ picture: this.#picture, clock: systemClock, log });
    this.#flow = new Flow({
      picture: this.#picture,
      backfill: this.#backfill,
      relist,
      ...this.#work,
      control,
      recordings: this.#recordings,
      outbox: this.#outbox,
      live: this.#live,
      figuresOf: (record) => this.#figures.of(record),
      context: () => this.#eventContext,
      onMissed: () => {
        this.#link.missed();
      },
    });
    this.#api = new Api({
      config: () => this.#config,
      log,
      version,
      ami: actions,
      control,
      picture: this.#picture,
      live: this.#live,
      link: this.#link,
      store: this.#store,
      outbox: this.#outbox,
      work: this.#work,
      dialling,
      readiness: () => this.#readiness(),
      status: () => this.#status(),
      metrics: () => this.#metrics(),
      statistics: (question) => this.#figures.ask(question),
    });
  }

  /** Listens and delivers at once, and connects to Asterisk as soon as it is there. Rejects when it cannot listen. */
  async start(): Promise<void> {
    await this.#outbox.reconfigure(settings.pushSettings(this.#config));
    await this.#outbox.start();
    this.#work.missedCalls.start();
    this.#alerts.start();
    try {
      await this.#api.start();
    } catch (cause) {
      await this.#outbox.stop(0);
      throw cause;
    }
    this.#recordings.start();
    this.#backfill.start();
    this.#ami.start();
    this.#lag.ran(performance.now());
    this.#tickTimer = setInterval(this.#tick.bind(this), tickTime);
    this.#tellStatus();
    this.#notify?.ready();
  }

  #tick(): void {
    this.#lag.ran(performance.now());
    try {
      forAll([this.#flow, this.#link, this.#figures, this.#alerts], (part) => {
        part.tick();
      });
      this.#tellStatus();
    } catch (cause) {
      this.#log.error('the work of every second failed', cause);
    }
  }

  /** Stops in the order of the flow, so that the last events of Asterisk are still pushed. */
  async stop(): Promise<void> {
    const limit = performance.now() + stopTime;
    this.#notify?.stopping();
    clearInterval(this.#tickTimer);
    const parts: readonly { readonly stop: () => unknown }[] = [
      // While it is still known who is logged in.
      this.#figures,
      this.#live,
      // Requests under way may still need Asterisk.
      this.#api,
      this.#link,
      { stop: () => this.#flow.finish() },
      { stop: () => together([this.#ami.stop(), this.#backfill.stop()]) },
      this.#alerts,
      this.#recordings,
      { stop: () => this.#outbox.stop(Math.max(flushTime, limit - performance.now())) },
    ];
    // Whatever goes wrong in one, the others stop: the records are written.
    await inTurn(parts, (part) => part.stop());
  }

  /**
   * Takes over a re-read configuration without dropping a call, and warns of changes that need a restart. Rejects, and
   * keeps the old configuration, when the new one cannot be used (a bad certificate).
   */
  async reload(config: Config): Promise<void> {
    const before = this.#config;
    this.#config = config;
    try {
      await this.#api.reload();
      await this.#outbox.reconfigure(settings.pushSettings(config));
    } catch (cause) {
      this.#config = before;
      await this.#api.reload();
      throw cause;
    }
    for (const key of restartKeys(before, config)) {
      this.#log.warning(`${key} changed: it takes effect at the next restart`);
    }
    this.#eventContext = settings.eventContextOf(config);
    this.#picture.configure(settings.pictureSettings(config));
    this.#work.wrapup.configured();
    this.#live.recheck();
  }

  #readiness(): Readiness {
    return readinessOf({ link: this.#link, store: this.#store, alerts: this.#alerts });
  }

  #status(): Promise<Status> {
    return statusOf({
      version: this.#version,
      ami: this.#ami,
      store: this.#store,
      outbox: this.#outbox,
      link: this.#link,
      receivers: this.#config.push.receivers,
    });
  }

  #metrics(): Promise<string> {
    return metricsOf({
      version: this.#version,
      ami: this.#ami,
      link: this.#link,
      picture: this.#picture,
      queues: this.#queueMeters,
      outbox: this.#outbox,
      store: this.#store,
      http: this.#api,
      live: this.#live,
      lag: () => this.#lag.most(performance.now()),
    });
  }

  #tellStatus(): void {
    const now = this.#readiness();
    this.#notify?.status(now.ready ? 'connected to Asterisk' : now.reasons.join(', '));
  }
}
