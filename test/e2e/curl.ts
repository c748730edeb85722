import type { Lab } from '../lab/scenario.ts';
import { tokenOf } from '../lab/daemon.ts';

/** Status and JSON of an answer. */
export interface Answered {
  readonly status: number;
  readonly json: unknown;
}

/**
 * Sends a request as the contract's sample does (contract §4): `curl -X POST "http://…/coocenter-api/…" -H "accept: …"
 * -H "Content-Type: …" -d "queue=630&…"`, with today's token.
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
    '\n%{http_code}',
    ...more,
  );
  const end = output.lastIndexOf('\n');
  const body = output.slice(0, end);
  return { status: Number(output.slice(end + 1)), json: body === '' ? undefined : (JSON.parse(body) as unknown) };
}
