import type { AmiActions } from './ami/refusals.ts';
import { away } from './ami/refusals.ts';
import type { Config } from './config/config.ts';
import { localSocketOf } from './config/local-socket.ts';
import type { Control } from './control/control.ts';
import { builtPages } from './http/page-files.ts';
import { RecordingSender } from './http/recording-sender.ts';
import { allRoutes, type AllDeps } from './http/routes/list.ts';
import type { PageSettings } from './http/routes/pages.ts';
import { HttpServer } from './http/server.ts';
import { Throttle } from './http/throttle.ts';
import type { Link } from './link.ts';
import type { Live } from './live/live.ts';
import { Documentation } from './openapi/documentation.ts';
import type { Picture } from './picture/picture.ts';
import type { Outbox } from './push/outbox.ts';
import type { diallingSettings } from './settings.ts';
import { Registrations } from './snapshot/registrations.ts';
import { Pull } from './store/pull.ts';
import { Replay } from './store/replay.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import { systemClock } from './system/clock.ts';
import type { Log } from './system/log.ts';
import { RepeatedWarnings } from './system/repeated-warnings.ts';
import { Accounts } from './users/accounts.ts';
import type { Work } from './work-parts.ts';
import { sessionSecret } from './users/session-secret.ts';

/** The parts of the daemon that requests ask, or make do something. */
export interface ApiParts extends Pick<AllDeps, 'readiness' | 'status' | 'metrics' | 'statistics'> {
  readonly config: () => Config;
  readonly log: Log;
  readonly version: string;
  readonly ami: AmiActions;
  readonly control: Control;
  readonly picture: Picture;
  readonly live: Live;
  readonly link: Pick<Link, 'isCurrent'>;
  readonly store: SqliteStore;
  readonly outbox: Pick<Outbox, 'rewind'>;
  readonly work: Work;
  readonly dialling: ReturnType<typeof diallingSettings>;
}

/** The HTTP API: who may ask, every request, and their documentation. */
export class Api {
  readonly #http: HttpServer;
  readonly #documentation: Documentation;

  constructor({ config, log, version, ami, store, outbox, work, link, dialling, ...parts }: ApiParts) {
    const registrations = new Registrations({ ami });
    const pull = new Pull(store);
    const replay = new Replay({
      store,
      clock: systemClock,
      receivers: () => config().push.receivers.map(({ name }) => name),
      onReplayed: (receiver, after) => {
        outbox.rewind(receiver, after);
      },
    });
    // Both take effect at a start only.
    const { dataDir } = config().general;
    const local = localSocketOf(config().general);
    const accounts = new Accounts({
      settings: () => ({ webkey: config().general.webkey, users: config().users }),
      secret: () => sessionSecret(dataDir, log),
      now: () => new Date(),
    });
    const throttle = new Throttle();
    const routes = allRoutes({
      ...parts,
      ...dialling,
      missedCalls: work.missedCalls,
      dispose: (order) => work.dispositions.give(order),
      pauseReasons: () => config().pauseReasons,
      dispositions: () => config().dispositions,
      users: () => config().users,
      accounts,
      throttle,
      warnings: new RepeatedWarnings(log, systemClock),
      registrations: () => registrations.get(Date.now()),
      requireUp: () => {
        if (!link.isCurrent) throw away();
      },
      folder: () => config().general.monitorDir,
      isRecordingOf: (name, extension) => pull.isRecordingOf(name, extension),
      sender: new RecordingSender({ noteAccess: store.accessLog.note }),
      accesses: (wanted) => pull.accesses(wanted),
      records: (wanted) => pull.records(wanted),
      search: (wanted) => pull.search(wanted),
      deliveries: (wanted) => pull.deliveries(wanted),
      replay: (order) => replay.run(order),
      version,
      pages: builtPages(),
      pageSettings: () => pageSettingsOf(config()),
      documentation: (name) => this.#documentation.get(name),
    });
    this.#documentation = new Documentation({ routes, version, clock: systemClock });
    this.#http = new HttpServer({ routes, accounts, throttle, log, settings: () => config().general, local });
  }

  /** Requests answered since the start. */
  get meters(): HttpServer['meters'] {
    return this.#http.meters;
  }

  /** Listens. Rejects when it cannot. */
  start(): Promise<void> {
    return this.#http.start();
  }

  /** Reads the certificate again. Rejects when it is no good. */
  reload(): Promise<void> {
    return this.#http.reload();
  }

  /** Requests under way are answered first. */
  async stop(): Promise<void> {
    await this.#http.stop();
    this.#documentation.stop();
  }
}

/** What the pages go by. */
function pageSettingsOf({ pages, general, enable, ivr }: Config): PageSettings {
  return { ...pages, popUrl: general.popUrl, wrapupSeconds: enable.pausetime ? enable.pausetimeMax : 0, menus: ivr };
}
