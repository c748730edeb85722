import { readFileSync } from 'node:fs';
import type { LogSettings } from './backfill/log-watch.ts';
import type { Config } from './config/config.ts';
import { localMac } from './config/mac.ts';
import { presets } from './config/presets.ts';
import { formats } from './events/formats/list.ts';
import type { PushSettings } from './push/outbox.ts';
import type { PictureSettings } from './picture/picture.ts';
import type { EventContext } from './events/event.ts';

/** The settings of the picture. */
export function pictureSettings(config: Config): PictureSettings {
  return { extensions: config.extensions, ...config.dialplan, tellsAsterisk: tellsAsterisk(config) };
}

/** Whether a receiver wants Asterisk's own events. */
function tellsAsterisk({ push }: Config): boolean {
  return push.receivers.some(({ format }) => format === 'coovox');
}

/** The settings of the outbox. Throws the file system's error if a file of certificate authorities cannot be read. */
export function pushSettings({ push }: Config): PushSettings {
  const receivers = push.receivers.map(({ ca, format, ...receiver }) => ({
    ...receiver,
    format: formats[format],
    ...(ca === '' ? {} : { ca: readFileSync(ca, 'utf8') }),
  }));
  return { ...push, receivers };
}

/** What `[dialplan]` says of dialling, as it is in force when it is asked for. */
export interface DiallingSettings {
  /** The context in which API callers' numbers are dialled for phones of internal contexts. */
  readonly clickContext: () => string;
  readonly internalContexts: () => readonly string[];
  /** What is dialled before a number outside; `''`: nothing is put before any. */
  readonly outside: () => string;
  /** The context through which queues ring their members, by preset; `''`: they ring the phones directly. */
  readonly memberContext: () => string;
  readonly dialFeatures: () => boolean;
  readonly international: () => string;
}

/** The settings of what is dialled; `config` gives the one in force. */
export function diallingSettings(config: () => Config): DiallingSettings {
  return {
    clickContext: () => config().dialplan.click,
    internalContexts: () => config().dialplan.internal,
    outside: () => config().dialplan.outside,
    memberContext: () => presets[config().dialplan.preset].memberContext,
    dialFeatures: () => config().dialplan.dialFeatures,
    international: () => config().dialplan.international,
  };
}

/** The settings of the backfill; `config` gives the one in force, for what needs no restart. */
export function logSettings(config: () => Config): LogSettings {
  return { ...config().asterisk, monitorDir: () => config().general.monitorDir };
}

/** The settings of the pushed events. */
export function eventContextOf(config: Config): EventContext {
  const { general, ivr } = config;
  return {
    mac: general.mac === '' ? localMac() : general.mac,
    monitorDir: general.monitorDir,
    ivrNames: ivr,
    tellsAsterisk: tellsAsterisk(config),
  };
}

/** Seconds within which callers of a queue are to be answered; `config` gives the one in force. */
export function serviceLevels(config: () => Config): (queue: string) => number {
  return (queue) => {
    const { serviceLevel } = config();
    return serviceLevel.get(queue.toLowerCase()) ?? serviceLevel.get('*') ?? 20;
  };
}
