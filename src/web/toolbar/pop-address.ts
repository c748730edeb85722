import type { OwnCall } from './own-call.ts';

/** What an address is filled with. */
type PopCall = Pick<OwnCall, 'number' | 'called' | 'queue' | 'uuid'>;

/** The address with its placeholders filled; whatever a caller sent is a part of it and no more (RFC 3986 §2.1). */
export function filled(template: string, { number, called, queue, uuid }: PopCall): string {
  const values: Readonly<Record<string, string>> = { caller: number, called, queue, uuid };
  return template.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? partOf(values[name] ?? '') : whole,
  );
}

/** Dots alone lead up in a path, however they are written: a browser decodes %2E before it looks. */
function partOf(value: string): string {
  const text = value.replace(/\p{Cs}/gu, '');
  return /^\.+$/.test(text) ? '' : encodeURIComponent(text);
}
