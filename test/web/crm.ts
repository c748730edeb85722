import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const example = readFileSync(join(import.meta.dirname, '../../docs/examples/crm.html'));

/** The example of the documentation as a CRM of an origin of its own; every other path is a customer's page. */
export interface Crm {
  readonly origin: string;
  stop(): void;
}

/** Starts it on a free port. */
export async function startCrm(): Promise<Crm> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(request.url?.startsWith('/crm.html') === true ? example : '<title>Customer</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    // Another host than the box: another site, too.
    origin: `http://localhost:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
