/**
 * `node bare-http.ts`: a server that does nothing but answer, as a yardstick: on a busy machine its answers are late too.
 * Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = JSON.stringify({ status: 'success', message: 'Queue status will follow', data: {} });
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
