import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** No interface of the box has an address (a container without a network). */
const none = '00:00:00:00:00:00';

/**
 * The box's own MAC, lower case with colons: of the interface of the default route (contract §1.3), otherwise of the
 * first that has an address, or of the first that is hardware: a box may be up before its network is.
 */
export function localMac(): string {
  const routed = defaultInterface(read('/proc/net/route'));
  const addresses = [
    routed === undefined ? '' : read(`/sys/class/net/${routed}/address`),
    ...Object.values(networkInterfaces()).flatMap((all) => all?.filter((one) => !one.internal).map((one) => one.mac)),
    ...hardwareMacs('/sys/class/net'),
  ];
  return firstMac(addresses);
}

/** The MACs of the interfaces that are hardware, by name; `folder` is /sys/class/net (sysfs). */
export function hardwareMacs(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  return names
    .filter((name) => existsSync(join(folder, name, 'device')))
    .map((name) => read(join(folder, name, 'address')));
}

/** The interface of the default route with the least metric, from the text of /proc/net/route (proc_net(5)). */
export function defaultInterface(table: string): string | undefined {
  const up = 1;
  let best: { name: string; metric: number } | undefined;
  for (const row of table.split('\n').slice(1)) {
    const [name, destination, , flags, , , metric, mask] = row.trim().split(/\s+/);
    if (name === undefined || destination !== '00000000' || mask !== '00000000') continue;
    if ((parseInt(flags ?? '0', 16) & up) === 0) continue;
    if (best === undefined || Number(metric) < best.metric) best = { name, metric: Number(metric) };
  }
  return best?.name;
}

/** The first that is an Ethernet address and not all zeros (a tunnel's or loopback's); `00:…:00` when none is. */
export function firstMac(addresses: readonly (string | undefined)[]): string {
  for (const address of addresses) {
    const mac = address?.trim().toLowerCase() ?? '';
    if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) && mac !== none) return mac;
  }
  return none;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there on a box without IPv4 or that interface: the other interfaces serve.
    return '';
  }
}
