import { writeSync } from 'node:fs';

/** What a service tells systemd about itself (sd_notify(3)). */
export interface Notify {
  /** The service is up: systemd counts it as started. The watchdog's beat begins if the unit has one. */
  ready(): void;
  /** One line for `systemctl status`; the same as before is not sent again. */
  status(text: string): void;
  /** The service is stopping. The watchdog's beat goes on until the process is gone. */
  stopping(): void;
}

/**
 * Writes to the datagram socket that the unit's launcher connected and left open as `COOCENTER_NOTIFY_FD`, since Node has
 * no such sockets. Without it nothing is sent. The beat comes from the event loop: when that is stuck for `WatchdogSec=`,
 * systemd restarts the service.
 */
export function createNotify(env: NodeJS.ProcessEnv = process.env): Notify {
  const fd = numberOf(env['COOCENTER_NOTIFY_FD']);
  const send = (text: string): void => {
    if (fd === undefined) return;
    try {
      writeSync(fd, text);
    } catch {
      // systemd is restarting itself: the next beat comes in time.
    }
  };
  let told = '';
  return {
    ready: () => {
      send('READY=1');
      const period = numberOf(env['WATCHDOG_USEC']);
      // Four times as often as systemd demands.
      if (fd !== undefined && period !== undefined)
        setInterval(() => {
          send('WATCHDOG=1');
        }, period / 4000).unref();
    },
    status: (text) => {
      if (text === told) return;
      told = text;
      send(`STATUS=${text.replaceAll('\n', ' ')}`);
    },
    stopping: () => {
      send('STOPPING=1');
    },
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
