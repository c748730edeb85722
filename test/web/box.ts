import { pageRoutes, type PageSettings } from '../../src/http/routes/pages.ts';
import { builtPages } from '../../src/http/page-files.ts';
import { sessionRoutes } from '../../src/http/routes/session.ts';
import { streamRoutes } from '../../src/http/routes/stream.ts';
import { HttpServer } from '../../src/http/server.ts';
import { Throttle } from '../../src/http/throttle.ts';
import type { Route } from '../../src/http/route.ts';
import { hashPassword } from '../../src/users/password.ts';
import type { User } from '../../src/users/user.ts';
import { memoryLog } from '../http/client.ts';
import { settings as plain } from '../http/toy.ts';
import { World } from '../live/world.ts';
import { readTranscript } from '../oracle/replay.ts';
import { accountsWith } from '../users/made.ts';
import { buildOnce } from './open.ts';
import { people, roleOf } from './people.ts';

/** The pages, session and stream of a box that hears a recorded call as often as it is told to. */
export class Box {
  readonly #transcript = readTranscript('22-pjsip', 'inbound-menu-queue');
  readonly world = new World(this.#transcript);
  readonly #server: HttpServer;

  private constructor(users: ReadonlyMap<string, User>, further: readonly Route[], own: Partial<PageSettings>) {
    const settings = { ...plain, webkey: 'k' };
    const accounts = accountsWith(() => ({ webkey: 'k', users }));
    const throttle = new Throttle();
    this.#server = new HttpServer({
      routes: [
        ...sessionRoutes({ accounts, throttle, warnings: { everyMinute: () => undefined } }),
        ...streamRoutes({ live: this.world.live, picture: this.world.picture }),
        ...pageRoutes({
          pages: builtPages(),
          pageSettings: () => ({
            origins: [],
            popUrl: '',
            popOn: 'ringing',
            popIn: 'one_tab',
            wrapupSeconds: 0,
            menus: new Map<string, string>(),
            ...own,
          }),
          version: '0.1.0',
        }),
        ...further,
      ],
      log: memoryLog(),
      settings: () => settings,
      accounts,
      throttle,
    });
  }

  /** Starts one; `further`: routes besides; `own`: settings of pages that are its own. */
  static async start(further: readonly Route[] = [], own: Partial<PageSettings> = {}): Promise<Box> {
    await buildOnce();
    const hash = await hashPassword(people.boss.password);
    const names = Object.keys(people) as (keyof typeof people)[];
    const box = new Box(new Map(names.map((name) => [name, { name, ...roleOf(name), hash }])), further, own);
    await box.#server.start();
    return box;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#server.ports[0] ?? 0}`;
  }

  /**
   * Hears the call once, from its beginning to its end; returns how many events of Asterisk that were. Each is sent on by
   * itself: of what begins and ends in one turn the stream tells nothing.
   */
  async hearCall(): Promise<number> {
    for (const event of this.#transcript.events) {
      this.world.hear(event);
      await this.world.settle();
    }
    return this.#transcript.events.length;
  }

  async stop(): Promise<void> {
    this.world.live.stop();
    await this.#server.stop();
  }
}
