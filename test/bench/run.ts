/**
 * `npm run bench`: CPU per AMI event of this project's reading of a captured stream and of three libraries'. Each
 * contender runs in a process of its own, in turn, round after round; medians are compared. The lines marked `socket`
 * get the stream over loopback from this process, since the libraries read nothing else; the others have it in memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';
import { contenders } from './contenders.ts';
import { chunkSize, first, greeting, last, size, stream } from './stream.ts';

const rounds = 5;
const { bytes, events } = stream(size);
const pieces = Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) =>
  bytes.subarray(i * chunkSize, (i + 1) * chunkSize),
);

/** Greets, accepts any login, and sends the stream twice, as fast as it is read: once to warm up, once to be measured. */
function serve(socket: net.Socket): void {
  socket.on('error', () => undefined);
  socket.write(greeting);
  let said = '';
  const login = (data: Buffer): void => {
    said += data.toString();
    if (!said.includes('\r\n\r\n')) return;
    socket.off('data', login);
    const id = /ActionID: (.*)\r\n/i.exec(said)?.[1] ?? '';
    socket.write(`Response: Success\r\nActionID: ${id}\r\nMessage: Authentication accepted\r\n\r\n`);
    socket.write('Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
    const parts = [...pieces, first, ...pieces, last];
    let at = 0;
    const send = (): void => {
      for (let room = true; room && at < parts.length; at++) room = socket.write(parts[at] ?? '');
    };
    socket.on('drain', send);
    // The login is answered and settled before the first event of the stream.
    setTimeout(send, 100);
  };
  socket.on('data', login);
}

async function measure(name: string, port: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'contender.ts'), name, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  const cpu = Number(output);
  if (output === '' || Number.isNaN(cpu)) throw new Error(`${name} did not come to its end: ${output}`);
  return cpu / events;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const server = net.createServer({ noDelay: true }, serve).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as net.AddressInfo;

const taken = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
for (let round = 1; round <= rounds; round++)
  for (const [name, values] of taken) values.push(await measure(name, port));
server.close();

const baseline = median(taken.get('socket: asterisk-manager') ?? []);
console.log(
  `${events} events, ${(bytes.length / 1e6).toFixed(1)} MB, medians of ${rounds} rounds, Node ${process.version}\n`,
);
console.log(`${'µs CPU per event'.padEnd(36)}${'median'.padStart(8)}${'min – max'.padStart(16)}  of asterisk-manager`);
for (const [name, values] of taken) {
  const range = `${Math.min(...values).toFixed(2)} – ${Math.max(...values).toFixed(2)}`;
  const ratio = `1/${(baseline / median(values)).toFixed(1)}`;
  console.log(`${name.padEnd(36)}${median(values).toFixed(2).padStart(8)}${range.padStart(16)}  ${ratio}`);
}
