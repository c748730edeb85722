/** `node receiver.ts ADDRESS PORT`: a customer's server; each push that comes is printed as a line. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const [address, port] = process.argv.slice(2);
createServer((request, response) => {
  text(request).then(
    (body) => {
      process.stdout.write(`${body}\n`);
      response.end('ok');
    },
    () => response.destroy(),
  );
}).listen(Number(port), address, () => process.stdout.write('{"event":"listening"}\n'));
