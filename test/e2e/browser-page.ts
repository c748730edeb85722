import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { openPage } from '../lab/browser.ts';
import { freeTcpPort } from '../lab/ports.ts';

/** What a page was told: status and JSON, or why its browser refused. */
export interface Told {
  readonly status?: number;
  readonly json?: unknown;
  readonly failed?: string;
}

/** A request of the page, as `fetch` takes it. */
export interface Wish {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mode?: 'no-cors';
}

/** A page of a CRM, as its makers write one: it knows the box's address, and its token once it has signed in. */
const script = `
let token = '';
async function ask(box, method, path, { json, form, multipart, headers = {}, mode } = {}) {
  const all = { ...headers };
  if (token !== '') all.Authorization = 'Bearer ' + token;
  let body;
  if (json !== undefined) [all['Content-Type'], body] = ['application/json', JSON.stringify(json)];
  if (form !== undefined) body = new URLSearchParams(form);
  if (multipart !== undefined) {
    body = new FormData();
    for (const [name, value] of Object.entries(multipart)) body.append(name, value);
  }
  try {
    const answer = await fetch(box + '/coocenter-api/' + path, { method, headers: all, body, mode });
    if (answer.type === 'opaque') return { status: 0 };
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    return { failed: String(error) };
  }
}
const seen = [];
function listen(url) {
  const source = new EventSource(url);
  for (const kind of ['snapshot', 'call', 'dialbegein', 'dialend']) {
    source.addEventListener(kind, (event) => seen.push({ kind, data: JSON.parse(event.data) }));
  }
  source.onerror = () => seen.push({ kind: source.readyState === 2 ? 'closed' : 'error' });
}
function show(url) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = () => resolve();
    image.src = url;
  });
}
function play(url) {
  return new Promise((resolve) => {
    const audio = new Audio(url);
    audio.onloadedmetadata = () => resolve({ seconds: audio.duration });
    audio.onerror = () => resolve({ failed: audio.error.message });
    audio.load();
  });
}
`;

const html = `<!doctype html><title>CRM</title><script>${script}</script>`;

/** A web server of another origin than the box, and a browser's window on it. */
export class CrmPage {
  readonly #box: string;
  readonly #server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
  });
  #opened: Awaited<ReturnType<typeof openPage>> | undefined;
  /** `http://localhost:…`: to the browser, another site than 127.0.0.1. */
  origin = '';

  /** `box`: `http://127.0.0.1:8000`. */
  constructor(box: string) {
    this.#box = box;
  }

  async start(browser: Browser): Promise<this> {
    const port = await freeTcpPort();
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.origin = `http://localhost:${port}`;
    this.#opened = await openPage(browser, this.origin);
    return this;
  }

  /** What the browser wrote to its console as an error. */
  get errors(): readonly string[] {
    return this.#opened?.errors ?? [];
  }

  /** The same page, opened from a file, which is written. */
  async openFile(browser: Browser, file: string): Promise<void> {
    writeFileSync(file, html);
    this.#opened = await openPage(browser, `file://${file}`);
  }

  ask(method: string, path: string, wish: Wish = {}): Promise<Told> {
    const words = [this.#box, method, path, wish].map((word) => JSON.stringify(word));
    return this.#run<Told>(`ask(${words.join()})`);
  }

  /** Signs in; later requests carry the token. */
  async signIn(username: string, password: string): Promise<Told> {
    const told = await this.ask('POST', 'local/login', { json: { username, password } });
    const { token = '' } = (told.json ?? {}) as { token?: string };
    await this.#run(`token = ${JSON.stringify(token)}`);
    return told;
  }

  /** Forgets the token. */
  signOut(): Promise<void> {
    return this.#run("token = ''; undefined");
  }

  /** Loads what is no image into an `<img>`, as a page does that wants the request and not the answer. */
  show(pathAndQuery: string): Promise<void> {
    return this.#run(`show(${JSON.stringify(`${this.#box}/coocenter-api/${pathAndQuery}`)})`);
  }

  /** A ticket, as the query of a URL. */
  async ticket(form: Readonly<Record<string, string>>): Promise<string> {
    const { json } = await this.ask('POST', 'session/ticket', { form });
    return `ticket=${(json as { data: { ticket: string } }).data.ticket}`;
  }

  /** Opens an EventSource. */
  listen(pathAndQuery: string): Promise<void> {
    return this.#run(`listen(${JSON.stringify(`${this.#box}/coocenter-api/${pathAndQuery}`)})`);
  }

  /** What its EventSources were told. */
  seen(): Promise<readonly { readonly kind: string; readonly data?: unknown }[]> {
    return this.#run('seen');
  }

  /** Loads a recording into `<audio>`. */
  play(pathAndQuery: string): Promise<{ readonly seconds?: number; readonly failed?: string }> {
    return this.#run(`play(${JSON.stringify(`${this.#box}/coocenter-api/${pathAndQuery}`)})`);
  }

  async stop(): Promise<void> {
    await this.#opened?.page.context().close();
    this.#server.close();
  }

  async #run<T>(code: string): Promise<T> {
    if (this.#opened === undefined) throw new Error('the page is not open');
    return this.#opened.page.evaluate(code);
  }
}
