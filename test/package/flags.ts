/**
 * `node test/package/flags.ts`: which flags of V8 pay. For each set an executable is built, connected with Asterisk, left
 * alone, and put under load; what it takes of memory (MB) and processor (s) is a row.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binaries } from '../../packaging/build/binary.ts';
import { bundle } from '../../packaging/build/bundle.ts';
import { flags } from '../../packaging/build/flags.ts';
import { buildDir } from '../../packaging/build/run.ts';
import { Scenery } from '../lab/stage.ts';
import { Receiver } from '../lab/receiver.ts';
import { here } from './built.ts';
import { load } from './load.ts';
import { Packaged } from './packaged.ts';

const sets: Readonly<Record<string, readonly string[]>> = {
  none: [],
  shipped: flags,
  ...Object.fromEntries(flags.map((flag) => [`shipped without ${flag}`, flags.filter((one) => one !== flag)])),
  ...Object.fromEntries(
    ['--v8-pool-size=0', '--no-maglev', '--no-opt', '--lite-mode', '--gc-interval=500'].map((flag) => [
      `shipped and ${flag}`,
      [...flags, flag],
    ]),
  ),
};

const scenery = new Scenery('22-pjsip');
const receiver = await new Receiver().start();
await scenery.start();
try {
  console.log('idle anon  idle RSS  load anon  load RSS  CPU s');
  for (const [name, set] of Object.entries(sets)) {
    const dir = join(buildDir, 'flags');
    mkdirSync(dir, { recursive: true });
    const main = join(dir, 'coocenter-api.cjs');
    await bundle('0', main);
    const { log } = console;
    console.log = () => undefined;
    await binaries(main, [here], set, {});
    console.log = log;
    const daemon = await new Packaged().start(
      [join(dir, `coocenter-api-${here.node}`)],
      scenery.asterisk,
      receiver.url,
    );
    await sleep(5_000);
    const figures = [daemon.memory('RssAnon'), daemon.memory('VmRSS')];
    const before = daemon.cpu;
    await load(daemon, scenery, { requests: 2_000, calls: 10 });
    figures.push(daemon.memory('RssAnon'), daemon.memory('VmRSS'), daemon.cpu - before);
    await daemon.stop();
    console.log(`${figures.map((figure) => figure.toFixed(1).padStart(9)).join(' ')}  ${name}`);
  }
} finally {
  receiver.stop().catch(() => undefined);
  await scenery.stop();
}
