/** Parts of the second generation's boxes that are no part of this product (contract §5.2). */
const parts: readonly string[] = ['plugin-config', 'plugin-coopaging', 'plugin-player'];

/** Why there is no such path, for one below a part that is left out; `undefined` for any other. */
export function absentPart(path: string): string | undefined {
  const [, name = ''] = /^\/coocenter-api\/(plugin-[a-z]+)(?:\/|$)/.exec(path) ?? [];
  return parts.includes(name) ? `${name} is not part of this product` : undefined;
}
