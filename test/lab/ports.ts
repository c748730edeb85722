import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * TCP ports below those that the kernel gives to connections (ip(7), ip_local_port_range): a port that is chosen now is
 * not taken by one of the many connections of the tests before it is bound, nor while a daemon is away for a moment.
 */
const lowest = 12_000;
const highest = 32_000;
/** Ports of one process, so that tests that run at once do not draw each other's before they are bound. */
const share = 200;
const first = lowest + share * (process.pid % ((highest - lowest) / share));
let drawn = randomInt(share);

/** A TCP port of 127.0.0.1 that was free a moment ago, and that hardly anybody else chooses now. */
export async function freeTcpPort(): Promise<number> {
  for (let attempts = 0; attempts < share; attempts++) {
    const port = first + (drawn++ % share);
    if (await isFreeTcpPort(port)) return port;
  }
  throw new Error(`no free TCP port from ${first} to ${first + share}`);
}

/** Whether nobody has this TCP port of 127.0.0.1. */
export async function isFreeTcpPort(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A UDP port of 127.0.0.1 that was free a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
