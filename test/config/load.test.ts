import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { freeSections, sections, type Key } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { defaultInterface, firstMac, hardwareMacs, localMac } from '../../src/config/mac.ts';

void t.test('a file that cannot be read as UTF-8 text is refused by name', (t) => {
  const folder = t.testdir();
  const file = join(folder, 'api.conf');
  const refused = (bytes: Uint8Array | string): unknown => {
    writeFileSync(file, bytes);
    return t.throws(() => loadConfig(file), { name: 'ConfigError' });
  };
  t.match(refused(Buffer.from('[general]\nmac =\nWEBKEY = caf\xe9\n', 'latin1')), {
    problems: [`${file}:3: is not UTF-8`],
  });
  t.match(refused(Buffer.from('[general]\n', 'utf16le')), { problems: [/NUL bytes/] });
  t.match(
    t.throws(() => loadConfig(join(folder, 'absent'))),
    { problems: [/absent: cannot be read: ENOENT/] },
  );
  t.throws(() => loadConfig(folder), { name: 'ConfigError' }, 'a folder');
  t.match(refused(Buffer.alloc(1024 * 1024 + 1, '#')), { problems: [/api\.conf: cannot be read: is over 1 MB/] });
  writeFileSync(file, '\uFEFF[general]\r\nBINDPORT = 1234\r\n');
  t.equal(loadConfig(file).config.general.bindPort, 1234);
  t.end();
});

void t.test('files of api.conf.d are read before api.conf, which counts', (t) => {
  const folder = t.testdir({
    'api.conf': '[general]\nBINDPORT = 8001\n[ami]\nport = 5039\n',
    'api.conf.d': {
      'ami.conf': '[ami]\nport = 5037\nsecret = made-by-the-package\nusername = coocenter-api\n',
      'later.conf': '[ami]\nusername = other\n[ivr]\n610 = working time\n[push.crm]\nURL = http://127.0.0.1/\n',
      'ami.conf.dpkg-old': 'nonsense',
      '.hidden.conf': 'nonsense',
    },
  });
  const file = join(folder, 'api.conf');
  const { config, warnings } = loadConfig(file);
  t.match(config, {
    general: { bindPort: 8001 },
    ami: { port: 5039, username: 'other', secret: 'made-by-the-package' },
  });
  t.equal(config.ivr.get('610'), 'working time');
  t.match(config.push.receivers, [{ name: 'crm' }]);
  t.strictSame(warnings, [], 'a value of one file that another replaces is meant');
  t.equal(config.file, file);

  const part = join(folder, 'api.conf.d/ami.conf');
  writeFileSync(part, '[ami]\nport = 5037\nport = 5038\nsekret = x\n');
  t.match(loadConfig(file).warnings, [
    `${part}:3: [ami] port: replaces the value of line 2`,
    `${part}:4: [ami] sekret: unknown key (nearest: secret)`,
  ]);
  writeFileSync(part, 'port = 1\n[ami]\nhost = a b\n');
  writeFileSync(file, 'BINDPORT = 8001\n[general]\nBINDPORT = 99999\n');
  const thrown = t.throws(() => loadConfig(file));
  t.match(thrown, {
    problems: [
      `${part}:1: port: stands before the first [section]`,
      new RegExp(`^${part}:3: \\[ami\\] host: `),
      `${file}:1: BINDPORT: stands before the first [section]`,
      new RegExp(`^${file}:3: \\[general\\] BINDPORT: `),
    ],
  });
  writeFileSync(part, Buffer.from('[ami]\nsecret = caf\xe9\n', 'latin1'));
  t.match(
    t.throws(() => loadConfig(file)),
    { problems: [`${part}:2: is not UTF-8`] },
  );
  t.end();
});

void t.test(
  'contract §1.1: the WEBKEY of a further file counts until api.conf has one; with none, authentication is off',
  (t) => {
    const folder = t.testdir({ 'api.conf': '', 'api.conf.d': { 'webkey.conf': '[general]\nWEBKEY = package\n' } });
    const file = join(folder, 'api.conf');
    const key = (text: string): string => {
      writeFileSync(file, text);
      const { config, warnings } = loadConfig(file);
      t.strictSame(warnings, []);
      return config.general.webkey;
    };
    for (const unset of [
      '',
      '[general]\n',
      '[general]\n#WEBKEY = mine\n',
      '[general]\nWEBKEY =\n',
      '[general]\nWEBKEY = ;\n',
    ])
      t.equal(key(unset), 'package', unset);
    t.equal(key('[general]\nWEBKEY = mine\n'), 'mine');
    writeFileSync(join(folder, 'api.conf.d/webkey.conf'), '; taken away\n');
    for (const off of ['', '[general]\nWEBKEY =\n', '[general]\n;WEBKEY = mine\n']) t.equal(key(off), '', off);
    t.end();
  },
);

void t.test('a folder of further files that is none is refused by name', (t) => {
  const folder = t.testdir({ 'api.conf': '[general]\n', 'api.conf.d': 'a file' });
  t.match(
    t.throws(() => loadConfig(join(folder, 'api.conf'))),
    { name: 'ConfigError', problems: [/api\.conf\.d: cannot be read: ENOTDIR/] },
  );
  t.end();
});

void t.test('the shipped sample', (t) => {
  const sample = join(import.meta.dirname, '../../etc/api.conf');
  const { config, warnings } = loadConfig(sample);
  t.strictSame(warnings, []);
  t.equal(config.general.webkey, '', 'a box is not shipped with a secret that everybody knows');
  const text = readFileSync(sample, 'utf8');
  // Each key stands there, live or commented out, and uncommenting one changes nothing.
  for (const [section, keys] of Object.entries<Record<string, Key<unknown>>>(sections)) {
    const part = text.split(/^\[/m).find((part) => part.startsWith(`${section}]`)) ?? '';
    for (const { name } of Object.values(keys)) t.match(part, new RegExp(`^#?${name} =`, 'm'), `[${section}] ${name}`);
  }
  for (const section of Object.keys(freeSections)) t.match(text, `[${section}]`);
  const uncommented = join(t.testdir(), 'api.conf');
  writeFileSync(uncommented, text.replace(/^#(\w+ =)/gm, '$1'));
  const all = loadConfig(uncommented);
  t.strictSame(all.warnings, []);
  t.strictSame({ ...all.config, file: '' }, { ...config, file: '' });
  t.end();
});

void t.test('contract §1.3: the MAC of the interface of the default route', (t) => {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
  const row = (name: string, destination: string, flags: string, metric: number, mask: string): string =>
    `${name}\t${destination}\t010CA8C0\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;
  const lan = row('eth0', '000CA8C0', '0001', 0, '00FFFFFF');
  t.equal(defaultInterface(head + lan), undefined);
  t.equal(defaultInterface(''), undefined);
  const wlan = row('wlan0', '00000000', '0003', 600, '00000000');
  t.equal(defaultInterface(head + lan + wlan + row('eth1', '00000000', '0003', 100, '00000000')), 'eth1');
  t.equal(defaultInterface(head + row('down', '00000000', '0002', 0, '00000000') + wlan), 'wlan0');
  t.equal(
    defaultInterface(head + row('half', '00000000', '0003', 0, '00000080') + wlan),
    'wlan0',
    'half of the Internet',
  );
  t.equal(
    firstMac(['', undefined, '00:00:00:00:00:00', '68:69:2E:03:8B:3E\n', '02:00:00:00:00:01']),
    '68:69:2e:03:8b:3e',
  );
  t.equal(firstMac(['0.0.0.0', '']), '00:00:00:00:00:00');
  t.match(localMac(), /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
  t.end();
});

void t.test('contract §1.3: a box that is up before its network has the MAC of its hardware', (t) => {
  const folder = t.testdir({
    docker0: { address: '02:42:00:00:00:01\n' },
    eth1: { address: '68:69:2e:03:8b:3f\n', device: {} },
    eth0: { address: '68:69:2e:03:8b:3e\n', device: {} },
    lo: { address: '00:00:00:00:00:00\n' },
    wwan0: { device: {} },
  });
  t.equal(firstMac(hardwareMacs(folder)), '68:69:2e:03:8b:3e');
  t.strictSame(hardwareMacs(join(folder, 'absent')), []);
  t.end();
});
