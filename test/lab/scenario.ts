import type { Test } from 'tap';
import { ApiOperator } from './api-operator.ts';
import type { Asterisk, AsteriskOptions } from './asterisk.ts';
import type { ApiConf, DaemonOptions } from './daemon.ts';
import { Daemon } from './daemon.ts';
import { AmiOperator } from './operator.ts';
import type { AmiProxy } from './proxy.ts';
import { Receiver } from './receiver.ts';
import type { Setup } from './setup.ts';
import type { Stage } from './stage.ts';
import { Scenery } from './stage.ts';

/** A stage with the daemon that looks on and the receiver of what it pushes. */
export interface Lab extends Stage {
  readonly daemon: Daemon;
  readonly receiver: Receiver;
  readonly scenery: Scenery;
}

/** What an end-to-end test may want otherwise. */
export interface LabOptions extends AsteriskOptions {
  /** Laid over the lab's api.conf. */
  readonly api?: ApiConf | ((asterisk: Asterisk) => ApiConf);
  readonly daemon?: DaemonOptions;
  /** Put between the daemon and Asterisk's manager port; started and stopped with the lab. */
  readonly proxy?: AmiProxy;
}

type Body<T> = (lab: T) => Promise<void>;

/** A real Asterisk, its phones, a receiver and the real daemon for one test, which ends all of them. */
export async function withLab(t: Test, setup: Setup, fn: Body<Lab>, options: LabOptions = {}): Promise<void> {
  await withScenery(setup, options, async (scenery) => {
    const receiver = await new Receiver().start();
    const { proxy, api = {} } = options;
    const own = typeof api === 'function' ? api(scenery.asterisk) : api;
    await proxy?.start(scenery.asterisk.amiPort);
    const through: ApiConf = proxy === undefined ? {} : { ami: { ...own['ami'], port: String(proxy.port) } };
    const daemon = new Daemon(scenery.asterisk, receiver.url, { ...own, ...through }, options.daemon);
    try {
      await daemon.start();
      await fn({ ...scenery.stage(new ApiOperator(daemon)), daemon, receiver, scenery });
    } catch (cause) {
      // Why a test on a real system failed is in the daemon's output more often than in the assertion.
      t.comment(daemon.output);
      throw cause;
    } finally {
      await daemon.dispose();
      await proxy?.stop();
      await receiver.stop();
    }
  });
}

/** As `withLab` without a daemon: the requests of a scenario are done on AMI. */
export async function withStage(setup: Setup, fn: Body<Stage>, options: AsteriskOptions = {}): Promise<void> {
  await withScenery(setup, options, (scenery) =>
    fn(scenery.stage(new AmiOperator(scenery.ami, scenery.asterisk.tech))),
  );
}

async function withScenery(setup: Setup, options: AsteriskOptions, fn: Body<Scenery>): Promise<void> {
  const scenery = new Scenery(setup, options);
  try {
    await scenery.start();
    await Promise.race([fn(scenery), failure(scenery)]);
  } finally {
    await scenery.stop();
  }
}

/** Rejects when Asterisk ends by itself; never resolves. */
async function failure(scenery: Scenery): Promise<never> {
  for (;;) {
    const { ended } = scenery.asterisk;
    await ended;
    // Stopped by the test, which may boot it again.
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (scenery.asterisk.disposed) return new Promise(() => undefined);
  }
}
