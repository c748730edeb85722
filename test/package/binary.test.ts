import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { archs } from '../../packaging/build/arch.ts';
import { buildDeb, helpOf } from '../../packaging/build/deb.ts';
import { buildBinaries } from '../../packaging/build/package.ts';
import { revision } from '../../packaging/build/revision.ts';
import { run } from '../../packaging/build/run.ts';
import { tokenOf } from '../lab/daemon.ts';
import { Receiver } from '../lab/receiver.ts';
import { Scenery } from '../lab/stage.ts';
import { builtBinary, builtDeb, here } from './built.ts';
import { load } from './load.ts';
import { MemoryGroup } from './memory-group.ts';
import { Packaged } from './packaged.ts';

const sum = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

void t.test('the executable', async (t) => {
  const binary = builtBinary(here);
  t.equal(run(binary, ['--version']), `coocenter-api ${revision().full}\n`, 'version and commit are inside');
  t.notMatch(run('readelf', ['-SW', binary]), '.symtab', 'it is stripped');
  t.throws(() => run(binary, ['--no-such-option']), /--no-such-option/);

  const scenery = new Scenery('22-pjsip');
  const receiver = await new Receiver().start();
  t.teardown(() => receiver.stop());
  t.teardown(() => scenery.stop());
  await scenery.start();

  await t.test('at rest, connected with Asterisk: at most 20 MB of its own; sign-ins give theirs back', async (t) => {
    const daemon = await new Packaged().start([binary], scenery.asterisk, receiver.url);
    t.teardown(() => daemon.stop());
    await sleep(6_000);
    const idle = daemon.memory('RssAnon');
    t.comment(`idle: RssAnon ${idle.toFixed(1)} MB, RSS ${daemon.memory('VmRSS').toFixed(1)} MB`);
    t.ok(idle <= 20, 'RssAnon');
    for (const address of ['/', '/toolbar', '/wallboard']) {
      const page = await (await fetch(`http://127.0.0.1:${daemon.port}${address}`)).text();
      const loaded = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
      t.ok(loaded.length >= 3, `${address} is inside`);
      for (const path of loaded) t.equal(await daemon.get(path), 200, path);
    }
    t.comment(`after the pages: RssAnon ${daemon.memory('RssAnon').toFixed(1)} MB`);
    t.ok(daemon.memory('RssAnon') <= 20, 'and take no memory');

    const password = run(binary, ['user', 'add', 'anna', '--extension', '801', '--config', daemon.file]).trim();
    await daemon.reload();
    for (let i = 0; i < 50; i++) t.equal(await daemon.signIn('anna', password), 200);
    await sleep(2_000);
    t.comment(`after 50 sign-ins: RssAnon ${daemon.memory('RssAnon').toFixed(1)} MB`);
    t.ok(daemon.memory('RssAnon') < idle + 8, 'half of what one of them takes while it is checked');

    receiver.mode = { do: 'never' };
    await load(daemon, scenery, { requests: 2, calls: 1 });
    // What is pushed first of a call is not answered, so the rest of it waits behind.
    await receiver.waitFor(({ json }) => json['event'] === 'dialbegein');
    const started = performance.now();
    t.equal(await daemon.stop(), 0, 'it ends, though the receiver answers nothing');
    t.comment(`it ended after ${(performance.now() - started).toFixed(0)} ms while the receiver answered nothing`);
    receiver.mode = { do: 'ok' };
    receiver.clear();
  });

  await t.test(
    'requests and calls in a cgroup of 64 MB',
    { skip: process.getuid?.() !== 0 && 'needs root' },
    async (t) => {
      const group = new MemoryGroup(64 << 20);
      const daemon = new Packaged();
      t.teardown(async () => {
        await daemon.stop();
        group.remove();
      });
      // Copied within the cgroup: the pages of the file then count there too, as those of a service's do.
      const copy = join(daemon.dir, 'coocenter-api');
      const enter = `echo $$ >${group.procs} && cp "$1" "$2" && shift && exec "$@"`;
      await daemon.start(['sh', '-c', enter, 'sh', binary, copy], scenery.asterisk, receiver.url);
      const before = daemon.cpu;
      const answered = await load(daemon, scenery, { requests: 100, calls: 1 });
      await receiver.waitFor(({ json }) => json['event'] === 'cdr');
      const figures = [daemon.memory('RssAnon'), daemon.memory('VmRSS'), group.peak / 1e6].map((mb) => mb.toFixed(1));
      t.comment(`after 100 requests and a call: RssAnon, RSS, peak of the cgroup: ${figures.join(', ')} MB`);
      t.comment(`processor: ${(daemon.cpu - before).toFixed(2)} s`);
      t.equal(answered, 100);
      t.equal(group.kills, 0, 'nothing was killed for want of memory');
    },
  );
});

void t.test(
  'the executable for arm64 serves requests',
  { skip: process.arch === 'arm64' && 'it is the one above' },
  async (t) => {
    const binary = builtBinary(archs.find(({ node }) => node === 'arm64')!);
    const emulated = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', binary];
    const daemon = await new Packaged().start(emulated);
    t.teardown(() => daemon.stop());
    t.equal(await daemon.get('/health'), 200);
    t.equal(await daemon.get('/ready'), 503);
    t.equal(await daemon.get('/coocenter-api/queues/queue-info'), 401);
    t.equal(await daemon.get('/coocenter-api/queues/queue-info', { authorization: tokenOf() }), 503);
  },
);

void t.test('the same build twice gives the same bytes, of a size that can be sent', async (t) => {
  const dir = t.testdir();
  const again = await buildBinaries(dir);
  for (const arch of archs) {
    t.equal(await sum(again[arch.node]), await sum(builtBinary(arch)), `the executable for ${arch.node}`);
    const { size } = statSync(builtDeb(arch));
    t.comment(`${arch.debian}: ${(size / 1e6).toFixed(1)} MB`);
    t.ok(size <= 30e6, 'at most 30 MB');
  }
  const deb = await buildDeb(here, again[here.node], dir, helpOf(again[here.node]));
  t.equal(await sum(deb), await sum(builtDeb(here)), `the package for ${here.debian}`);
});
