import type { IncomingHttpHeaders } from 'node:http';
import { isAllowed } from './cors.ts';
import { isOwnOrigin } from './host.ts';

/** Whose pages may act: those of `allowOrigin` (as in `corsHeaders`), and those served under the name that is asked. */
export interface OwnPages {
  readonly allowOrigin: string;
  /** The Host header. */
  readonly host: string;
}

/** What every browser engine says of itself, and a client library that only borrows `Mozilla/` does not. */
const engine = /^Mozilla\/\d.*\b(?:AppleWebKit|Gecko|Trident|MSIE|Presto)\b/;

/**
 * The page that had a browser send this request, in words for an error, when that page may not act on this box;
 * `undefined` for the box's own pages, allowed ones, extensions of browsers, and whatever is no browser.
 *
 * `Origin` tells of a page, but no `<img>` or link sends it; `Sec-Fetch-Site` tells as much, but browsers send it to
 * HTTPS and localhost only; `Referer` can be held back by the page. A browser's request that has none of the three, and
 * that a page of another site could have caused, is taken for one (Fetch standard §3.2; Fetch Metadata §2.3).
 */
export function foreignPage(method: string, headers: IncomingHttpHeaders, own: OwnPages): string | undefined {
  const { origin, referer } = headers;
  if (origin !== undefined) return isPage(origin) && !isOwn(origin, own) ? `pages of ${origin}` : undefined;
  const site = textOf(headers['sec-fetch-site']);
  if (site === 'same-origin' || site === 'none') return undefined;
  const from = referer === undefined ? undefined : originOf(referer);
  if (from !== undefined) return isOwn(from, own) ? undefined : `pages of ${from}`;
  if (site !== undefined || textOf(headers['sec-fetch-mode']) !== undefined) return 'pages of another site';
  return isSentUnasked(method, headers) ? 'pages that do not say whose they are' : undefined;
}

/** Whether the value of an Origin header is a page's: no page can pretend to be an extension of the browser. */
function isPage(origin: string): boolean {
  return origin === 'null' || /^https?:/i.test(origin);
}

function isOwn(origin: string, { allowOrigin, host }: OwnPages): boolean {
  return isAllowed(allowOrigin, origin) || isOwnOrigin(origin, host);
}

/**
 * A browser's request that needs no consent of ours before it is sent: an image, a script, a link, a form. Native
 * clients that are built on the parts of a browser send POST too, but never as a form does, asking for a page.
 */
function isSentUnasked(method: string, headers: IncomingHttpHeaders): boolean {
  if (!engine.test(headers['user-agent'] ?? '') || headers['accept-language'] === undefined) return false;
  // Only after a preflight, which pages of other origins do not pass.
  if (headers['x-requested-with'] !== undefined || method === 'DELETE') return false;
  return method !== 'POST' || /\btext\/html\b/i.test(headers.accept ?? '');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'null';
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
