import { Counter, Histogram } from '../system/meter.ts';
import type { Route } from './route.ts';

/** Methods that are told apart: a client may invent others by the thousand. */
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'];

/** More than all routes and methods have statuses: what clients send makes none of these values. */
const mostSeries = 2_000;

/**
 * What the server counts since the start. `path` is that of the route table (`/coocenter-api/monitor/*`); requests that
 * were refused before they came to a route (no such path or method, no HTTP) share `other`.
 */
export class HttpMeters {
  /** By method, path and status. */
  readonly requests = new Counter(['method', 'path', 'status'], mostSeries);
  /** From a request to the beginning of its answer, by method and path. */
  readonly seconds = new Histogram(['method', 'path'], [0.005, 0.02, 0.1, 0.5, 2, 10]);

  answered(method: string, route: Route | undefined, status: number, ms: number): void {
    const path = route?.path ?? 'other';
    const known = methods.includes(method) ? method : 'other';
    this.requests.add([known, path, String(status)]);
    this.seconds.observe([known, path], ms / 1000);
  }

  /** A connection gets an answer without a request that could be read. */
  refused(status: number): void {
    this.requests.add(['other', 'other', String(status)]);
  }
}
