import { posix } from 'node:path';

/**
 * The header by which a browser saves a file under the last part of its path (RFC 6266): an ASCII name for old clients, and
 * the name itself as RFC 8187 writes it.
 */
export function attachment(path: string): string {
  const name = posix.basename(path).toWellFormed();
  // A percent sign would be decoded by some clients, a backslash or quote would end the name in others.
  const plain = name.replaceAll(/[^ -~]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
