import type { IncomingHttpHeaders } from 'node:http';
import type { Identity, Role } from '../users/identity.ts';
import type { Session } from '../users/session.ts';
import type { Purpose } from '../users/tickets.ts';
import type { AnswerDoc, Refusals } from './answer-doc.ts';
import type { Answer } from './answer.ts';
import type { Params, ParamValues } from './params.ts';

/** Methods that routes have; HEAD is GET without its body, OPTIONS is the server's. */
export type Method = 'GET' | 'POST' | 'DELETE';

/** By what a client was let in; `open`: nobody is asked who they are. */
export type Means = 'token' | 'ticket' | 'socket' | 'open';

/** One request, authenticated, its parameters checked. */
export interface Request {
  readonly method: string;
  /** The part of the path for which `*` of the route stands, not decoded; `''` for an exact path. */
  readonly rest: string;
  readonly headers: IncomingHttpHeaders;
  readonly identity: Identity;
  /** Who asks, with the end of the session; whoever serves long asks `isCurrent` again. */
  readonly session: Session;
  readonly means: Means;
  /** Address of the client. */
  readonly remote: string;
  /** Cuts the client off. */
  readonly cut: () => void;
}

/**
 * Clients that may use a route. `contract`: those with a token; all while there is no WEBKEY (contract §1.1, §2).
 * `ours` (routes that the contract does not have): those with a token; while there is no WEBKEY, only those of this
 * machine. `open`: all.
 */
export type Access = 'contract' | 'ours' | 'open';

/** What a ticket in the query may stand for (`?ticket=`), where clients cannot send a token in a header. */
export type TicketUse = Exclude<Purpose['to'], 'page'>;

/** One line of the route table. */
export interface Route {
  readonly methods: readonly Method[];
  /** Exact, or ending in `/*` for everything below. */
  readonly path: string;
  readonly summary: string;
  readonly params: Params;
  /** What each parameter is for, for the documentation. */
  readonly meanings: Readonly<Record<string, string>>;
  readonly access: Access;
  /** The least role that may use it. */
  readonly role: Role;
  /** A ticket of this kind is accepted in place of a token; a recording's must be for what `*` stands for. */
  readonly ticket: TicketUse | undefined;
  /** `[general] metrics_token` is accepted in place of a token. */
  readonly takesMetricsToken: boolean;
  /** Changes something: no page of another site may ask for it, and HEAD does not stand for its GET. */
  readonly acts: boolean;
  /** Its answers but refusals, for the documentation; made when that is asked for. */
  answers(): readonly AnswerDoc[];
  /** What it refuses besides what any route does, for the documentation. */
  readonly refuses: Refusals;
  /** It is 503 while Asterisk is away. */
  readonly needsAsterisk: boolean;
  handle(values: Readonly<Record<string, unknown>>, request: Request): Promise<Answer> | Answer;
}

const noParams = {} satisfies Params;

/** A route as it is written: `params` are declared once, and the handler gets them typed and checked. */
export interface RouteDefinition<P extends Params> {
  readonly methods: readonly Method[];
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  /** What each parameter is for; what it may be like, the parameter itself says. */
  readonly meanings?: { readonly [K in keyof P]: string };
  readonly access?: Access;
  /** By default `admin`: a route is opened to agents on purpose. */
  readonly role?: Role;
  /** By default none. */
  readonly ticket?: TicketUse;
  /** By default it is not. */
  readonly takesMetricsToken?: boolean;
  /** By default a route acts unless it has GET. */
  readonly acts?: boolean;
  /** What it answers, refusals left out, with samples: `answer: () => succeeds('Channels will follow', …)`. */
  readonly answer?: () => AnswerDoc | readonly AnswerDoc[];
  /** What it refuses besides what any route does: messages by status. */
  readonly refuses?: Refusals;
  handle(values: ParamValues<P>, request: Request): Promise<Answer> | Answer;
}

/** Makes a line of the route table: `route({ …, params: { queue, state }, handle: ({ queue, state }) => … })`. */
export function route<P extends Params = typeof noParams>(definition: RouteDefinition<P>): Route {
  return {
    methods: definition.methods,
    path: definition.path,
    summary: definition.summary,
    params: definition.params ?? noParams,
    meanings: definition.meanings ?? {},
    access: definition.access ?? 'contract',
    role: definition.role ?? 'admin',
    ticket: definition.ticket,
    takesMetricsToken: definition.takesMetricsToken ?? false,
    acts: definition.acts ?? !definition.methods.includes('GET'),
    answers: () => [definition.answer?.() ?? []].flat(),
    refuses: definition.refuses ?? {},
    needsAsterisk: false,
    // The server reads the values by these same params.
    handle: (values, request) => definition.handle(values as ParamValues<P>, request),
  };
}

/** A line of the table as documentation and tests want it. */
export interface RouteRow {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly role: Role;
  readonly params: readonly {
    readonly name: string;
    readonly required: boolean;
    /** It may be given several times, or as an array. */
    readonly isList: boolean;
    readonly pattern: string;
    readonly allowed: string;
  }[];
}

/** Every method of every route, with its parameters. */
export function routeTable(routes: readonly Route[]): RouteRow[] {
  return routes.flatMap(({ methods, path, summary, access, role, params }) =>
    methods.map((method) => ({
      method,
      path,
      summary,
      access,
      role,
      params: Object.entries(params).map(([name, { required, isList, pattern, allowed }]) => ({
        name,
        required,
        isList: isList === true,
        pattern,
        allowed,
      })),
    })),
  );
}
