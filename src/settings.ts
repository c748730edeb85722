import { readFileSync } from 'node:fs';
import type { Config } from './config/config.ts';
import { localMac } from './config/mac.ts';
import type { PushSettings } from './push/outbox.ts';
import type { PictureSettings } from './picture/picture.ts';
import type { EventContext } from './events/event.ts';

/** What the picture needs of the configuration. */
export function pictureSettings({ extensions, dialplan }: Config): PictureSettings {
  return { extensions, ...dialplan };
}

/** What the outbox needs of it. Throws what the disk says when a file of authorities cannot be read. */
export function pushSettings({ push }: Config): PushSettings {
  const receivers = push.receivers.map(({ ca, ...receiver }) => ({
    ...receiver,
    ...(ca === '' ? {} : { ca: readFileSync(ca, 'utf8') }),
  }));
  return { ...push, receivers };
}

/** What the records need of it. */
export function eventContextOf({ general, ivr }: Config): EventContext {
  return { mac: general.mac === '' ? localMac() : general.mac, monitorDir: general.monitorDir, ivrNames: ivr };
}
