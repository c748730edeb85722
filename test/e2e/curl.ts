import type { Lab } from '../lab/scenario.ts';
import { tokenOf } from '../lab/daemon.ts';
import { requireAsDocumented } from '../openapi/checked.ts';

/** Status and JSON of an answer. */
export interface Answered {
  readonly status: number;
  readonly json: unknown;
}

/**
 * Sends a request as the contract's sample does (contract §4): `curl -X POST "http://…/coocenter-api/…" -H "accept: …"
 * -H "Content-Type: …" -d "queue=630&…"`, with today's token. Throws if the answer is not as the OpenAPI document says.
 */
export async function curl(
  { daemon }: Pick<Lab, 'daemon'>,
  method: string,
  path: string,
  data?: string,
  ...more: readonly string[]
): Promise<Answered> {
  const output = await daemon.curl(
    '-X',
    method,
    `${daemon.base}/${path}`,
    '-H',
    'accept: application/json',
    '-H',
    `Authorization: ${tokenOf()}`,
    ...(data === undefined ? [] : ['-H', 'Content-Type: application/x-www-form-urlencoded', '-d', data]),
    '-w',
    '\n%{http_code} %{content_type}',
    ...more,
  );
  const end = output.lastIndexOf('\n');
  const body = output.slice(0, end);
  const [status = '', type = ''] = output.slice(end + 1).split(' ');
  requireAsDocumented({ method, url: `/coocenter-api/${path}`, status: Number(status), type, body });
  return { status: Number(status), json: body === '' ? undefined : (JSON.parse(body) as unknown) };
}
