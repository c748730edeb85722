import { createHash } from 'node:crypto';
import { failure, success, type Answer } from '../answer.ts';
import { succeeds } from '../answer-doc.ts';
import type { PageFiles } from '../page-files.ts';
import { route, type Request, type Route } from '../route.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { takesGzip } from '../takes-gzip.ts';

/** What these routes need. */
export interface PagesDeps {
  readonly pages: PageFiles;
  readonly pageSettings: () => PageSettings;
  readonly version: string;
}

/** The settings that pages go by; read for each request, so that a reload takes effect. */
export interface PageSettings {
  /** Origins whose pages may show the agent's bar in a frame, and talk with it. */
  readonly origins: readonly string[];
  /** What the bar opens, when, and where; `''`: nothing. */
  readonly popUrl: string;
  readonly popOn: 'ringing' | 'answer' | 'never';
  readonly popIn: 'one_tab' | 'new_tab' | 'message';
  /** Seconds of after-call work at most; 0: there is none. */
  readonly wrapupSeconds: number;
  /** `[ivr]`: names of menus by id or context, in lower case. */
  readonly menus: ReadonlyMap<string, string>;
}

/** The pages by their paths. */
const pages = [
  {
    path: '/',
    page: 'panel',
    summary: 'The operator panel: queues, extensions and calls as they are, and what may be done',
  },
  { path: '/wallboard', page: 'wallboard', summary: 'The wallboard: figures for a screen on the wall' },
  { path: '/toolbar', page: 'toolbar', summary: 'The agent’s bar: to be shown by a CRM, or in a tab of its own' },
];

const settingsSchema = () =>
  is.object({
    version: is.text('of this daemon'),
    utcOffset: is.integer('minutes by which the time of the box is ahead of UTC, at present'),
    origins: is.list(is.text(), 'whose pages may show the agent’s bar in a frame, and talk with it'),
    popUrl: is.text('what the bar opens for a caller; empty: nothing'),
    popOn: is.word(['ringing', 'answer', 'never'], 'when'),
    popIn: is.word(['one_tab', 'new_tab', 'message'], 'where'),
    wrapupSeconds: is.integer('of after-call work at most; 0: there is none'),
    menus: is.mapOf(is.text(), 'names of menus, by id or context in lower case'),
  });
/** What pages are told of their box. */
export type PageSettingsAnswer = ValueOf<typeof settingsSchema>;
const settingsSample: PageSettingsAnswer = {
  version: '0.1.0',
  utcOffset: 480,
  origins: ['https://crm.example'],
  popUrl: 'https://crm.example/?n=${caller}',
  popOn: 'ringing',
  popIn: 'one_tab',
  wrapupSeconds: 30,
  menus: { '610': 'working time' },
};

/** The pages that people use, from the executable alone. They need no token: what they ask for does. */
export function pageRoutes({ pages: files, pageSettings, version }: PagesDeps): Route[] {
  return [
    ...pages.map(({ path, page, summary }) =>
      route({
        methods: ['GET'],
        path,
        summary,
        access: 'open',
        answer: () => [{ description: 'The page', type: 'text/html', schema: { type: 'string' } }, unchanged],
        refuses: { 404: [notBuilt] },
        handle: (_values, request) =>
          fileAnswer(files, `${page}.html`, request, {
            'Cache-Control': 'no-cache',
            'Content-Security-Policy': policy(page === 'toolbar' ? pageSettings().origins : []),
            'Referrer-Policy': 'no-referrer',
          }),
      }),
    ),
    route({
      methods: ['GET'],
      path: '/assets/*',
      summary: 'What the pages load; a name is never used for anything else',
      access: 'open',
      answer: () => [{ description: 'A part of a page', type: 'text/*', schema: { type: 'string' } }, unchanged],
      refuses: { 404: [notBuilt] },
      handle: (_values, request) =>
        request.rest.endsWith('.html')
          ? failure(404, notBuilt)
          : fileAnswer(files, request.rest, request, { 'Cache-Control': 'public, max-age=31536000, immutable' }),
    }),
    route({
      methods: ['GET'],
      path: '/coocenter-api/pages',
      summary: 'What the pages of this box go by',
      access: 'ours',
      role: 'wallboard',
      answer: () => succeeds('pages', settingsSchema(), settingsSample),
      handle(_values, { identity }) {
        const { origins, popUrl: url, popOn, popIn, wrapupSeconds, menus } = pageSettings();
        // It may hold a key of the CRM, and a screen on the wall is anybody's.
        const popUrl = identity.role === 'wallboard' ? '' : url;
        const told = { origins, popUrl, popOn, popIn, wrapupSeconds, menus: Object.fromEntries(menus) };
        return success('pages', { version, utcOffset: -new Date().getTimezoneOffset(), ...told });
      },
    }),
  ];
}

const notBuilt = 'no such part of a page';

const unchanged = { status: 304, description: 'It is as the client has it', type: '' } as const;

/** Nothing of others, nothing inline; `frames`: origins whose pages may show it. */
function policy(frames: readonly string[]): string {
  const ancestors = frames.length === 0 ? "'none'" : frames.join(' ');
  return (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'; " +
    `base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`
  );
}

/** Some browsers (WebKit) take no policy from a 304: a page with another one must be another page to them. */
function tagOf(policy: string | undefined): string {
  return policy === undefined ? '' : `-${createHash('sha256').update(policy).digest('hex').slice(0, 8)}`;
}

async function fileAnswer(
  files: PageFiles,
  name: string,
  { headers }: Request,
  further: Readonly<Record<string, string>>,
): Promise<Answer> {
  const file = files.find(name);
  if (file === undefined) return failure(404, notBuilt);
  const etag = `W/"${file.etag}${tagOf(further['Content-Security-Policy'])}"`;
  const common = { ETag: etag, Vary: 'Accept-Encoding, Origin', ...further };
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim()) ?? [];
  if (known.some((tag) => tag === '*' || tag === etag || `W/${tag}` === etag)) return { status: 304, headers: common };
  const told = { ...common, 'Content-Type': file.type };
  const gzip = files.gzip(name);
  if (takesGzip(headers['accept-encoding'])) return { text: gzip, headers: { ...told, 'Content-Encoding': 'gzip' } };
  // No browser comes here.
  const { gunzipSync } = await import('node:zlib');
  return { text: gunzipSync(gzip), headers: told };
}
