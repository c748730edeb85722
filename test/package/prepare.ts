/** `npm run test:package` begins with it: what its tests need is installed, the packages are built, and the Debians. */
import { buildDebs } from '../../packaging/build/deb.ts';
import { buildDir } from '../../packaging/build/run.ts';
import { need } from '../../packaging/build/tools.ts';
import { makeTree, whyNoBoxes } from './trees.ts';

need({
  lintian: 'lintian',
  shellcheck: 'shellcheck',
  ...(process.arch === 'arm64'
    ? {}
    : {
        'qemu-aarch64-static': 'qemu-user-static',
        '/usr/aarch64-linux-gnu/lib/libc.so.6': 'libc6-arm64-cross',
        '/usr/aarch64-linux-gnu/lib/libgcc_s.so.1': 'libgcc-s1-arm64-cross',
        '/usr/aarch64-linux-gnu/lib/libstdc++.so.6': 'libstdc++6-arm64-cross',
      }),
});
const why = whyNoBoxes();
if (why === undefined) {
  need({ debootstrap: 'debootstrap', 'systemd-nspawn': 'systemd-container', ip: 'iproute2', curl: 'curl' });
  const started = Date.now();
  await Promise.all([buildDebs(buildDir), makeTree('bullseye'), makeTree('bookworm')]);
  console.log(`ready after ${((Date.now() - started) / 1000).toFixed(0)} s`);
} else {
  console.log(`NOT TESTED: how the packages do on a Debian 11 and 12. ${why}`);
  await buildDebs(buildDir);
}
