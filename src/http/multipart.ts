import { isUtf8 } from 'node:buffer';
import { HttpError } from './http-error.ts';
import type { RequestFields } from './fields.ts';

/** Bounds of one body. Its size is bounded before it is read. */
const mostParts = 200;
const mostHeaders = 8;
const longestHeader = 500;
const longestName = 100;

/** Codings of a part that leave its bytes as they are (RFC 2045 §6.2). */
const plainCodings = ['7bit', '8bit', 'binary'];
const utf8Charsets = ['utf-8', 'utf8', 'us-ascii'];

/**
 * The boundary that a Content-Type names (RFC 2046 §5.1.1): 1 to 70 of some characters, the last one no space.
 * @throws {HttpError} 400 without one, or with two
 */
export function boundaryOf(contentType: string): string {
  const parameters = contentType.split(';').slice(1);
  const named = parameters.flatMap((parameter) => /^\s*boundary\s*=(.*)$/is.exec(parameter)?.[1]?.trim() ?? []);
  const [text = '', ...others] = named.map((value) => /^"(.*)"$/.exec(value)?.[1] ?? value);
  if (others.length > 0 || !/^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(text)) {
    throw new HttpError(400, 'the content type multipart/form-data needs one boundary');
  }
  return text;
}

/**
 * The fields of a `multipart/form-data` body without files (RFC 7578, strictly: lines end with CR LF, nothing stands
 * before the first boundary or behind the last one, and no line but a delimiter begins as one).
 * @throws {HttpError} 400
 */
export function parseMultipart(body: Buffer, boundary: string): RequestFields {
  // One character is one byte: values are decoded when they are cut out.
  const text = body.toString('latin1').replace(/^\r\n/, '');
  const delimiter = `--${boundary}`;
  if (!text.startsWith(delimiter)) throw bad('does not begin with its boundary');
  const pieces = `\r\n${text}`.split(`\r\n${delimiter}`).slice(1);
  const last = pieces.pop() ?? '';
  if (!/^--[ \t]*(?:\r\n)*$/.test(last)) throw bad('does not end with its last boundary');
  if (pieces.length > mostParts) throw bad(`has more than ${mostParts} parts`);
  const fields = new Map<string, unknown[]>();
  for (const piece of pieces) {
    const start = /^[ \t]*\r\n/.exec(piece)?.[0];
    if (start === undefined) throw bad('has a line that begins as its boundary does, and goes on');
    const { name, value } = parsePart(piece.slice(start.length));
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return fields;
}

function parsePart(part: string): { readonly name: string; readonly value: string } {
  // Without any header the empty line comes first.
  const end = part.startsWith('\r\n') ? 0 : part.indexOf('\r\n\r\n');
  if (end < 0) throw bad('has a part without an empty line behind its headers');
  const headers = parseHeaders(part.slice(0, end));
  const name = nameIn(headers.get('content-disposition') ?? '');
  const value = part.slice(end === 0 ? 2 : end + 4);
  checkText(name, headers, value);
  return { name, value: decoded(value) };
}

function parseHeaders(text: string): ReadonlyMap<string, string> {
  const lines = text === '' ? [] : text.split('\r\n');
  if (lines.length > mostHeaders) throw bad(`has a part with more than ${mostHeaders} headers`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):([^\r\n\0]*)$/.exec(line) ?? [];
    if (name === '' || line.length > longestHeader) throw bad('has a part with a malformed header');
    const key = name.toLowerCase();
    if (headers.has(key)) throw bad(`has a part with two headers ${key}`);
    headers.set(key, decoded(value.trim()));
  }
  return headers;
}

/** `form-data; name="src"`: each value in quotes or a single word. */
const disposition = /^form-data((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s";]+))*)\s*;?$/i;

function nameIn(header: string): string {
  if (/;\s*filename/i.test(header)) throw bad('has a file: only fields are taken');
  const [, text] = disposition.exec(header) ?? [];
  if (text === undefined) throw bad('has a part without a Content-Disposition of form-data');
  const names = [...text.matchAll(/;\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s";]+))/g)].flatMap(
    ([, key = '', quoted, word = '']) => (key.toLowerCase() === 'name' ? [quoted ?? word] : []),
  );
  const [name = '', ...others] = names;
  if (others.length > 0 || name === '' || name.length > longestName || /\p{Cc}/u.test(name)) {
    throw bad(`has a part without one name of 1 to ${longestName} characters`);
  }
  // As browsers write it (HTML §4.10.21.8).
  return name.replaceAll('%22', '"');
}

/** Refuses a part that is not plain text in UTF-8. */
function checkText(name: string, headers: ReadonlyMap<string, string>, value: string): void {
  const coding = headers.get('content-transfer-encoding') ?? 'binary';
  if (!plainCodings.includes(coding.toLowerCase()))
    throw bad(`has the part ${name} in an encoding that is not supported`);
  const type = headers.get('content-type') ?? '';
  if (/^multipart\//i.test(type)) throw bad(`has the part ${name} that has parts itself`);
  const charset = /;\s*charset\s*=\s*"?([^"\s;]*)/i.exec(type)?.[1] ?? 'utf-8';
  // Some libraries name ISO 8859-1 whatever they send.
  if (!utf8Charsets.includes(charset.toLowerCase()) && /[^\0-\x7f]/.test(value)) {
    throw bad(`has the part ${name} in a charset that is not supported: send utf-8`);
  }
}

function decoded(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  if (!isUtf8(bytes)) throw new HttpError(400, 'the body is not UTF-8');
  return bytes.toString('utf8');
}

function bad(what: string): HttpError {
  return new HttpError(400, `the multipart body ${what}`);
}
