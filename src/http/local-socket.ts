import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

/** A Unix socket for the commands of this machine. A client that may open it needs no token. */
export interface LocalSocket {
  readonly path: string;
  /** Mode of its file. */
  readonly mode: number;
}

/** Bytes that the path of a Unix socket may have (sun_path, unix(7)). */
const longest = 107;

/**
 * Makes `server` listen on a Unix socket. A socket that a killed daemon left behind is replaced; one that is answered
 * is not.
 * @throws {Error} that names the path
 */
export async function listenLocally(server: Server, { path, mode }: LocalSocket): Promise<void> {
  try {
    if (Buffer.byteLength(path) > longest) throw new Error(`a socket's path has at most ${longest} bytes`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    await removeStale(path);
    await listen(server, path);
    chmodSync(path, mode);
  } catch (cause) {
    throw new Error(`cannot listen on ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error('there is something else');
  if (await isAnswered(path)) throw new Error('another daemon answers there');
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Node makes the socket within this call: others may not open it for a moment.
    const before = process.umask(0o177);
    try {
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}
