import { absentPart } from './absent.ts';
import { HttpError } from './http-error.ts';
import type { Method, Route } from './route.ts';

/** All routes of one path. */
interface PathRoutes {
  readonly byMethod: Map<Method, Route>;
  /** For Allow and Access-Control-Allow-Methods. */
  allow: string;
}

/** Where a path leads. */
export interface Match {
  readonly allow: string;
  /** What `*` stands for. */
  readonly rest: string;
  /** @throws {HttpError} 405 with Allow */
  route(method: string): Route;
}

/** The route table, looked up by path and method. */
export class Router {
  readonly #exact = new Map<string, PathRoutes>();
  readonly #below: { readonly prefix: string; readonly place: PathRoutes }[] = [];

  /** @throws {Error} when two routes have the same method and path */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const place = this.#place(route.path);
      for (const method of route.methods) {
        if (place.byMethod.has(method)) throw new Error(`two routes for ${method} ${route.path}`);
        place.byMethod.set(method, route);
      }
      const methods: string[] = [...place.byMethod.keys()];
      if (place.byMethod.get('GET')?.acts === false) methods.push('HEAD');
      place.allow = [...methods, 'OPTIONS'].join(', ');
    }
  }

  /** @throws {HttpError} 404 */
  match(path: string): Match {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return matched(exact, '');
    const below = this.#below.find(({ prefix }) => path.startsWith(prefix));
    if (below !== undefined) return matched(below.place, path.slice(below.prefix.length));
    const why = absentPart(path);
    if (why === undefined) throw new HttpError(404, 'no such path');
    return absent(why);
  }

  /** The path of the table that a request's path leads to; `''`: none. */
  patternOf(path: string): string {
    if (this.#exact.has(path)) return path;
    const below = this.#below.find(({ prefix }) => path.startsWith(prefix));
    return below === undefined ? '' : `${below.prefix}*`;
  }

  #place(path: string): PathRoutes {
    const create = (): PathRoutes => ({ byMethod: new Map(), allow: '' });
    if (path.endsWith('/*')) {
      const prefix = path.slice(0, -1);
      const known = this.#below.find((one) => one.prefix === prefix);
      if (known !== undefined) return known.place;
      const place = create();
      this.#below.push({ prefix, place });
      return place;
    }
    const place = this.#exact.get(path) ?? create();
    this.#exact.set(path, place);
    return place;
  }
}

/** Preflight is answered, or no page would be told why the path is not there. */
function absent(why: string): Match {
  return {
    allow: 'GET, POST, PUT, DELETE, OPTIONS',
    rest: '',
    route() {
      throw new HttpError(404, why);
    },
  };
}

function matched(place: PathRoutes, rest: string): Match {
  return {
    allow: place.allow,
    rest,
    route(method) {
      const known = method === 'HEAD' ? 'GET' : method;
      const route = place.byMethod.get(known as Method);
      // A client that sends HEAD (a link preview, a proxy) does not expect that anything happens.
      if (route !== undefined && !(method === 'HEAD' && route.acts)) return route;
      throw new HttpError(405, `method not allowed: ${method} (allowed: ${place.allow})`, { Allow: place.allow });
    },
  };
}
