import { failure, type Answer } from '../answer.ts';
import { route, type Request, type Route } from '../route.ts';
import { takesGzip } from '../takes-gzip.ts';

/** What is served of the documentation. */
export type DocumentName = 'openapi.json' | 'page' | 'page.js' | 'page.css';

/** One of them. */
export interface DocumentText {
  readonly bytes: Buffer;
  /** The same, compressed. */
  readonly gzip: Buffer;
  readonly etag: string;
}

/** What these routes need. */
export interface DocumentationDeps {
  readonly documentation: (name: DocumentName) => Promise<DocumentText>;
}

const json = 'application/json; charset=utf-8';
const html = 'text/html; charset=utf-8';
const assets: Readonly<Partial<Record<string, { readonly name: DocumentName; readonly type: string }>>> = {
  'page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  'page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
};

/** The page has nothing of others, sends nothing, and is shown in no frame. */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** What the API is, for programs and people. It is the same on every box, and needs no token. */
export function documentationRoutes({ documentation }: DocumentationDeps): Route[] {
  const answer = async (
    name: DocumentName,
    type: string,
    request: Request,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => answerOf(await documentation(name), request, { 'Content-Type': type, ...headers });
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/openapi.json',
      summary: 'This API as an OpenAPI 3.1 document',
      access: 'open',
      answer: () => [
        { description: 'The document', schema: { type: 'object' }, examples: [{ openapi: '3.1.0' }] },
        unchanged,
      ],
      handle: (_values, request) => answer('openapi.json', json, request),
    }),
    route({
      methods: ['GET'],
      path: '/docs',
      summary: 'The same as a page to read',
      access: 'open',
      answer: () => [{ description: 'The page', type: 'text/html', schema: { type: 'string' } }, unchanged],
      handle: (_values, request) => answer('page', html, request, pageHeaders),
    }),
    route({
      methods: ['GET'],
      path: '/docs/*',
      summary: 'What the page needs: page.css and page.js',
      access: 'open',
      answer: () => [{ description: 'A part of the page', type: 'text/*', schema: { type: 'string' } }, unchanged],
      refuses: { 404: ['no such path'] },
      handle: (_values, request) => {
        const asset = assets[request.rest];
        return asset === undefined ? failure(404, 'no such path') : answer(asset.name, asset.type, request);
      },
    }),
  ];
}

const unchanged = { status: 304, description: 'It is as the client has it', type: '' } as const;

function answerOf(
  { bytes, gzip, etag }: DocumentText,
  { headers }: Request,
  further: Readonly<Record<string, string>>,
): Answer {
  const common = { ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding, Origin' };
  const tags = headers['if-none-match']?.split(',').map((tag) => tag.trim()) ?? [];
  if (tags.some((tag) => tag === '*' || weak(tag) === etag)) return { status: 304, headers: common };
  if (!takesGzip(headers['accept-encoding'])) return { text: bytes, headers: { ...common, ...further } };
  return { text: gzip, headers: { ...common, ...further, 'Content-Encoding': 'gzip' } };
}

function weak(tag: string): string {
  return tag.startsWith('W/') ? tag : `W/${tag}`;
}
