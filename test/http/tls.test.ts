import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import t from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import { HttpServer } from '../../src/http/server.ts';
import { memoryLog } from './client.ts';

const { general } = parseConfig('', 'api.conf').config;

void t.test('TLS: only suites with forward secrecy, whatever the certificate; after a renewal too', async (t) => {
  const folder = t.testdir();
  const [tlsCert, tlsKey] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  const made = ['-newkey', 'rsa:2048', '-subj', '/CN=box.test', '-keyout', tlsKey, '-out', tlsCert];
  execFileSync('openssl', ['req', '-x509', '-nodes', ...made], { stdio: 'pipe' });
  const settings = { ...general, bindAddr: '127.0.0.1', bindPort: 0, tlsPort: 0, tlsCert, tlsKey };
  const server = new HttpServer({ routes: [], log: memoryLog(), settings: () => settings });
  await server.start();
  t.teardown(() => server.stop());
  const cipher = async (options: ConnectionOptions): Promise<string> => {
    const socket = tlsConnect({ port: server.ports[1]!, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    try {
      await once(socket, 'secureConnect');
      return socket.getCipher().name;
    } catch {
      return 'refused';
    } finally {
      socket.destroy();
    }
  };
  for (const moment of ['at the start', 'renewed']) {
    for (const ciphers of ['AES128-GCM-SHA256', 'AES256-SHA', 'ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES128-GCM-SHA256']) {
      t.equal(await cipher({ maxVersion: 'TLSv1.2', ciphers }), 'refused', `${ciphers}, ${moment}`);
    }
    t.equal(await cipher({ maxVersion: 'TLSv1.2' }), 'ECDHE-RSA-AES128-GCM-SHA256');
    t.match(await cipher({}), /^TLS_/);
    t.equal(await cipher({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }), 'refused');
    await server.reload();
  }
});
