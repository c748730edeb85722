import type { IncomingHttpHeaders } from 'node:http';

/** What a page of another origin may read besides the simple headers (Fetch standard §3.3). */
const expose = 'Accept-Ranges, Allow, Content-Length, Content-Range, ETag, Retry-After';
const usualHeaders = 'Authorization, Authentication, Content-Type, Accept, Range';

/**
 * The CORS headers of every answer, errors too. `allowed`: `*`, origins joined by commas, or `''` for none.
 */
export function corsHeaders(allowed: string, origin: string | undefined): Record<string, string> {
  if (allowed === '') return {};
  if (allowed === '*') return { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': expose };
  if (origin === undefined || !isAllowed(allowed, origin)) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': expose, Vary: 'Origin' };
}

/** Whether pages of this origin may send commands. */
export function isAllowed(allowed: string, origin: string): boolean {
  return allowed === '*' || allowed.split(',').includes(origin.toLowerCase());
}

/** The answer to a preflight besides `corsHeaders`: the methods of the path, and the headers that it asks for. */
export function preflightHeaders(methods: string, headers: IncomingHttpHeaders): Record<string, string> {
  const asked = headers['access-control-request-headers'];
  const named = asked !== undefined && /^[\w!#$%&'*+.^`|~, -]{1,1000}$/.test(asked) ? asked : usualHeaders;
  const answer: Record<string, string> = {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': named,
    'Access-Control-Max-Age': '600',
  };
  // Sent for a page of the Internet that asks a box in the local network (Private Network Access).
  if (headers['access-control-request-private-network'] === 'true') {
    answer['Access-Control-Allow-Private-Network'] = 'true';
  }
  return answer;
}
