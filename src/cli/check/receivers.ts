import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Config, ReceiverConfig } from '../../config/config.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Milliseconds for a connection. */
const connectTimeout = 5_000;

/** Whether the receivers can be reached: a connection, with TLS where that is asked for; nothing is sent. */
export async function receiverFindings({ push }: Config): Promise<Finding[]> {
  if (push.receivers.length === 0)
    return [warn('receiver: none', '[general] URL in api.conf: where events are pushed')];
  return await Promise.all(push.receivers.map(finding));
}

async function finding({ name, url, ca }: ReceiverConfig): Promise<Finding> {
  const what = `receiver ${name === '' ? 'URL' : name}: ${url.protocol}//${url.host}`;
  try {
    const socket = await open(url, ca);
    socket.destroy();
    return ok(what);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const key = name === '' ? '[general] URL' : `[push.${name}] URL`;
    const isTrust = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code ?? '');
    return fail(
      `${what}: ${message === '' ? (code ?? 'no connection') : message}`,
      isTrust
        ? 'its certificate must be signed by a public authority, or by those in the file that `ca` names, and name this host'
        : `see that it runs and that no firewall is between; or correct ${key} in api.conf`,
    );
  }
}

async function open(url: URL, ca: string): Promise<Socket> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
  // TLS costs some MB: it is loaded only if needed.
  const tls = isSecure ? await import('node:tls') : undefined;
  const authorities = isSecure && ca !== '' ? { ca: readFileSync(ca) } : {};
  return await new Promise((resolve, reject) => {
    const socket =
      tls === undefined
        ? connect({ host, port })
        : tls.connect({ host, port, ...authorities, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) });
    socket.setTimeout(connectTimeout, () => {
      socket.destroy(new Error(`no connection in ${connectTimeout / 1000} s`));
    });
    socket.once('error', reject);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      resolve(socket);
    });
  });
}
