import type { LogLevel } from '../system/log.ts';
import type { Users } from '../users/user.ts';

/** The presets of `[dialplan] preset`: the context names of a stock distribution. */
export type Preset = 'coocenter' | 'freepbx' | 'issabel';

/** The forms in which events can be pushed. */
export type FormatName = 'coocenter' | 'coocenter2' | 'coovox' | 'cloudevents';

/** Where events are pushed: `[push]` with the URL of `[general]`, and each `[push.<name>]`. */
export interface ReceiverConfig {
  /** `''` for the receiver of `[general]`, else the name in `[push.<name>]`. */
  readonly name: string;
  readonly url: URL;
  /** Secret that signs each push (Standard Webhooks); `''`: unsigned. */
  readonly secret: string;
  /** Names of the events this receiver gets; `'all'` those of the contract, also as a name among others. */
  readonly events: 'all' | readonly string[];
  readonly format: FormatName;
  /** Further headers of its requests, names as written; the values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path of the authorities that may have signed its certificate (PEM); `''`: the public ones. */
  readonly ca: string;
}

/** api.conf, complete with its defaults, frozen (contract §1; keys as the comment of each field names them). */
export interface Config {
  readonly file: string;
  readonly general: {
    readonly bindPort: number;
    readonly bindAddr: string;
    /** `''`: authentication is off (contract §1.1). */
    readonly webkey: string;
    /** As configured; `''`: the box's own (contract §1.3). */
    readonly mac: string;
    readonly popUrl: string;
    readonly tlsPort: number;
    /** Path of the certificate; `''`: HTTPS is not served. */
    readonly tlsCert: string;
    readonly tlsKey: string;
    readonly monitorDir: string;
    readonly dataDir: string;
    /** `*`, or the origins of pages that may send commands, joined by commas; `''`: no CORS headers. */
    readonly allowOrigin: string;
    /** Names besides IP addresses that a Host header may carry, lower case. */
    readonly hostNames: readonly string[];
    /** Opens `/metrics` only; `''`: there is none. */
    readonly metricsToken: string;
    readonly logLevel: LogLevel;
  };
  readonly enable: {
    readonly pausetime: boolean;
    /** Seconds. */
    readonly pausetimeMax: number;
  };
  readonly ami: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly secret: string;
  };
  readonly dialplan: {
    readonly preset: Preset;
    /** Patterns of context names; `*` matches anything. */
    readonly internal: readonly string[];
    /** The one context in which numbers given to the API are dialled, for phones whose context is one of `internal`. */
    readonly click: string;
    readonly dialFeatures: boolean;
    /** Dialled in place of a leading `+`; `''`: the `+` itself. */
    readonly international: string;
    /** Dialled before a number outside; `''`: nothing is put before any. */
    readonly outside: string;
    /** Patterns of trunk devices (`PJSIP/trunk`, `DAHDI/*`). */
    readonly trunks: readonly string[];
    readonly ivr: readonly string[];
    readonly feedback: readonly string[];
    readonly scoreVariable: string;
    readonly voicemail: readonly string[];
  };
  readonly asterisk: {
    /** Files of call detail records; the first that exists is read. */
    readonly cdrFiles: readonly string[];
    readonly cdrTimes: 'auto' | 'local' | 'gmt';
    readonly queueLog: string;
  };
  /** Id or context of a menu, lower case → its name. */
  readonly ivr: ReadonlyMap<string, string>;
  /** Extension → device. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Reasons of pauses that agents choose from, by code, with their words; none: any text is a reason. */
  readonly pauseReasons: ReadonlyMap<string, string>;
  /** Codes of what came of a call, with their words. */
  readonly dispositions: ReadonlyMap<string, string>;
  /** Queue, lower case as Asterisk compares them, or `*` → seconds within which its callers are to be answered. */
  readonly serviceLevel: ReadonlyMap<string, number>;
  /** Who may sign in. */
  readonly users: Users;
  readonly push: {
    /** The receiver of `[general] URL` first, when there is one. */
    readonly receivers: readonly ReceiverConfig[];
    readonly retryHours: number;
    readonly signalSeconds: number;
    readonly keepDays: number;
    readonly connections: number;
    /** Megabytes. */
    readonly storeMb: number;
    /** 0: never. */
    readonly alertMinutes: number;
  };
  readonly alert: {
    readonly url: URL | undefined;
  };
  readonly recordings: {
    readonly accessDays: number;
  };
  readonly pages: {
    /** Whose pages may show the agent's bar in a frame, and talk with it. */
    readonly origins: readonly string[];
    /** When the bar opens `general.popUrl`, and where. */
    readonly popOn: 'ringing' | 'answer' | 'never';
    readonly popIn: 'one_tab' | 'new_tab' | 'message';
  };
  readonly missedCalls: {
    readonly days: number;
  };
}
