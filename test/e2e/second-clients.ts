import type { Lab } from '../lab/scenario.ts';
import { requireAsDocumented } from '../openapi/checked.ts';
import type { Answered } from './curl.ts';

/** Parameters of a request; a list is sent as the client writes lists. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A client of the second generation: how it writes a body, and what sends it. */
export interface Client {
  readonly name: string;
  send(lab: Lab, method: string, path: string, fields?: Fields, token?: string): Promise<Answered>;
}

/** Each value with its name; those of a list under `listName`. */
function pairs(fields: Fields, listName: (name: string) => string): (readonly [name: string, value: string])[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : value.map((one) => [listName(name), one] as const),
  );
}

const bearer = (token: string): string => `Authorization: Bearer ${token}`;

/** What real curl gets with these arguments. */
async function curl(lab: Lab, method: string, path: string, token: string, body: readonly string[]): Promise<Answered> {
  const output = await lab.daemon.curl(
    ...['-X', method, `${lab.daemon.base}/${path}`, '-w', '\n%{http_code} %{content_type}'],
    ...(token === '' ? [] : ['-H', bearer(token)]),
    ...body,
  );
  const end = output.lastIndexOf('\n');
  const [status = '', type = ''] = output.slice(end + 1).split(' ');
  return answered(method, path, Number(status), type, output.slice(0, end));
}

function answered(method: string, path: string, status: number, type: string, body: string): Answered {
  requireAsDocumented({ method, url: `/coocenter-api/${path}`, status, type, body });
  return { status, json: JSON.parse(body) as unknown };
}

async function fetched(lab: Lab, method: string, path: string, token: string, init: RequestInit): Promise<Answered> {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(token !== '' && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${lab.daemon.base}/${path}`, { ...init, method, headers });
  const type = answer.headers.get('content-type') ?? '';
  return answered(method, path, answer.status, type, await answer.text());
}

/** curl with -d, as the vendor's document has it; a list is the name again and again. */
const form: Client = {
  name: 'a form, by curl',
  send: (lab, method, path, fields, token = '') => {
    const sent = pairs(fields ?? {}, (name) => name).flatMap(([name, value]) => [
      '--data-urlencode',
      `${name}=${value}`,
    ]);
    return curl(lab, method, path, token, sent);
  },
};

/** A browser's or a server's script; a list is an array. */
const json: Client = {
  name: 'JSON, by fetch',
  send: (lab, method, path, fields, token = '') =>
    fetched(lab, method, path, token, {
      headers: { 'content-type': 'application/json' },
      ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
    }),
};

/** curl with -F; a list is `name[]`. */
const curlMultipart: Client = {
  name: 'multipart, by curl',
  send: (lab, method, path, fields, token = '') => {
    const sent = pairs(fields ?? {}, (name) => `${name}[]`).flatMap(([name, value]) => [
      '--form-string',
      `${name}=${value}`,
    ]);
    return curl(lab, method, path, token, sent);
  },
};

/** A script that sends a FormData; a list is joined by commas. */
const formData: Client = {
  name: 'multipart, by fetch',
  send: (lab, method, path, fields, token = '') => {
    if (fields === undefined) return fetched(lab, method, path, token, {});
    const body = new FormData();
    for (const [name, value] of Object.entries(fields))
      body.append(name, typeof value === 'string' ? value : value.join());
    return fetched(lab, method, path, token, { body });
  },
};

export const clients: readonly Client[] = [form, json, curlMultipart, formData];
