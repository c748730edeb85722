import type { Method, Route } from '../http/route.ts';

/**
 * The name of a request in clients that are made of the document: `/coocenter-api/extensions/click-number` →
 * `extensionsClickNumber`. The first method of a path has this name, others have theirs behind it.
 */
export function operationId({ path, methods }: Pick<Route, 'path' | 'methods'>, method: Method): string {
  const words = path
    .replace(/^\/(?:coocenter-api\/)?/, '')
    .replace(/\/\*$/, '')
    .split(/[^0-9A-Za-z]+/);
  // The path / has no word of its own.
  const name =
    path === '/'
      ? 'root'
      : words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const isBelow = path.endsWith('/*') ? 'Path' : '';
  const byMethod = method === methods[0] ? '' : `By${method.charAt(0)}${method.slice(1).toLowerCase()}`;
  return `${name}${isBelow}${byMethod}`;
}
