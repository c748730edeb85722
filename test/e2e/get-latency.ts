/**
 * `node get-latency.ts PORT PATH TOKEN MILLISECONDS`: asks GET PATH over one kept connection at a steady pace and prints
 * `{"count":…,"p50":…,"p99":…}` (milliseconds). A process of its own, so that nothing but the daemon delays it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [port = '', path = '', token = '', milliseconds = ''] = process.argv.slice(2);
/** Milliseconds between an answer and the next question. */
const pace = 3;
const warmUp = 50;

const question = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token}\r\n\r\n`;
const socket = connect(Number(port), '127.0.0.1');
socket.setNoDelay();
socket.setEncoding('latin1');
await once(socket, 'connect');

let rest = '';
let answered = Promise.withResolvers<string>();
socket.on('data', (text) => {
  rest += String(text);
  const head = rest.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(rest)?.[1];
  if (head < 0 || length === undefined || rest.length < head + 4 + Number(length)) return;
  const answer = rest;
  rest = '';
  answered.resolve(answer);
});
socket.on('close', () => {
  answered.reject(new Error('the connection was closed'));
});

const times: number[] = [];
const end = performance.now() + Number(milliseconds);
for (let count = 0; performance.now() < end; count++) {
  await sleep(pace);
  answered = Promise.withResolvers();
  const start = performance.now();
  socket.write(question);
  const answer = await answered.promise;
  if (count >= warmUp) times.push(performance.now() - start);
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(answer);
}
socket.destroy();
times.sort((a, b) => a - b);
const quantile = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
process.stdout.write(JSON.stringify({ count: times.length, p50: quantile(0.5), p99: quantile(0.99) }));
