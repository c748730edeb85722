import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { clockFinding } from '../../src/cli/check/clock.ts';
import { fileFindings } from '../../src/cli/check/files.ts';
import { receiverFindings } from '../../src/cli/check/receivers.ts';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse.ts';

const dir = t.testdir({ monitor: {}, data: {}, queue_log: '', 'Master.csv': '' });
const at = (name: string): string => join(dir, name);
const configOf = (
  text: string,
  logs: { readonly cdrFiles: readonly string[]; readonly queueLog: string } = {
    cdrFiles: [at('coocenter.csv'), at('Master.csv')],
    queueLog: at('queue_log'),
  },
): Config => {
  const { config } = parseConfig(text, 'api.conf');
  return { ...config, asterisk: { ...config.asterisk, ...logs } };
};
const folders = `[general]\nmonitor_dir = ${at('monitor')}\ndata_dir = ${at('data/below')}\n`;

void t.test('files that are there, a folder that can be made, and the first CDR file of those there are', (t) => {
  const found = fileFindings(configOf(folders));
  t.strictSame(new Set(found.map(({ level }) => level)), new Set(['ok']), JSON.stringify(found));
  t.match(found[3]?.text, /Master\.csv$/);
  t.end();
});

void t.test('logs that are not there are a warning, each with what mends it', (t) => {
  const found = fileFindings(configOf(folders, { cdrFiles: [at('none.csv')], queueLog: at('none') }));
  t.match(found[2], { level: 'warn', text: /queue_log: there is none/, mend: /queue_log = yes/ });
  t.match(found[3], { level: 'warn', text: /CDR file: there is none/, mend: /cdr_csv/ });
  t.end();
});

void t.test('what may not be read or written', (t) => {
  mkdirSync(at('closed'));
  writeFileSync(at('closed_log'), '');
  chmodSync(at('closed'), 0);
  chmodSync(at('closed_log'), 0);
  const closed = configOf(`[general]\nmonitor_dir = ${at('closed')}\ndata_dir = ${at('closed')}\n`, {
    cdrFiles: [at('closed_log')],
    queueLog: at('closed_log'),
  });
  const found = asNobody(() => fileFindings(closed));
  chmodSync(at('closed'), 0o700);
  const [recordings, data, queueLog, cdrFile] = found;
  t.match(recordings, { level: 'fail', text: /recordings in .* cannot be read \(EACCES\)/, mend: /group asterisk/ });
  t.match(queueLog, { level: 'warn', text: /queue_log: .* cannot be read \(EACCES\)/, mend: /group asterisk/ });
  t.match(cdrFile, { level: 'warn', text: /CDR file: .* cannot be read \(EACCES\)/ });
  // What may be written is asked for the real user, which a test of root's stays.
  if (process.getuid?.() !== 0) t.match(data, { level: 'fail', text: /cannot be written \(EACCES/, mend: /data_dir/ });
  t.end();
});

/** Root may read everything: it is nobody for a while. */
function asNobody<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

void t.test('a clock that was never set, or that is behind what it has written', (t) => {
  const now = Date.now();
  t.match(clockFinding(now, [at('queue_log'), at('none')]), { level: 'ok' });
  t.match(clockFinding(Date.UTC(2000, 0, 1), []), {
    level: 'fail',
    text: /2000-01-01.* cannot be right/,
    mend: /timedatectl/,
  });
  utimesSync(at('queue_log'), new Date(), new Date(now + 3600_000));
  t.match(clockFinding(now, [at('queue_log')]), { level: 'fail', text: /queue_log was written later/ });
  t.end();
});

void t.test('a receiver with TLS: nobody has signed it, nobody is there, nothing is sent', async (t) => {
  const [key, cert] = ['key.pem', 'cert.pem'].map(at);
  const subject = ['-subj', '/CN=localhost', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key!, '-out', cert!, ...subject],
    {
      stdio: 'ignore',
    },
  );
  let requests = 0;
  const server = createServer({ key: readFileSync(key!), cert: readFileSync(cert!) }, () => requests++);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const conf = `[general]\nURL = https://localhost:${port}/\n[push.crm]\nURL = http://[::1]:1/x\n`;
  const found = await receiverFindings(configOf(conf));
  server.close();
  t.match(found, [
    { level: 'fail', text: new RegExp(`receiver URL: https://localhost:${port}: self-signed`), mend: /certificate/ },
    { level: 'fail', text: /receiver crm: http:\/\/\[::1\]:1: connect E/, mend: /\[push\.crm\] URL/ },
  ]);
  t.equal(requests, 0);
  t.match(await receiverFindings(configOf('')), [{ level: 'warn', text: 'receiver: none' }]);
});
