/** A place in the order of one store's file, as clients keep it: it means nothing in another one's. */
export interface Cursor {
  readonly storeId: string;
  readonly seq: number;
}

/** `3f9ac21b-1842` */
export function formatCursor({ storeId, seq }: Cursor): string {
  return `${storeId}-${seq}`;
}

/** The cursor that a text is; `undefined` when it is none. */
export function parseCursor(text: string): Cursor | undefined {
  const [, storeId, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(text) ?? [];
  return storeId === undefined || digits === undefined ? undefined : { storeId, seq: Number(digits) };
}
