/** Channel drivers as Asterisk spells them; it accepts them in any case (main/channel.c, ast_get_channel_tech). */
const technologies = new Map(
  ['SIP', 'PJSIP', 'IAX2', 'DAHDI', 'SCCP', 'MGCP', 'Skinny', 'MOTIF', 'USTM', 'Local'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/** A device with its technology spelled as in channel names: `sip/800` → `SIP/800`. */
export function canonical(device: string): string {
  const slash = device.indexOf('/');
  const technology = technologies.get(device.slice(0, Math.max(slash, 0)).toLowerCase());
  return technology === undefined ? device : technology + device.slice(slash);
}

/** The devices of a list such as `PJSIP/800&PJSIP/web800`, each once. */
export function devicesIn(list: string): string[] {
  const devices = list
    .split('&')
    .map((part) => part.trim())
    .filter((part) => /^\w+\/./.test(part));
  return [...new Set(devices.map(canonical))];
}

/**
 * The devices that a hint watches and that can be dialled: `PJSIP/800&PJSIP/web800&Custom:DND800,CustomPresence:800` →
 * `['PJSIP/800', 'PJSIP/web800']`. What follows the comma is the presence.
 */
export function hintDevices(hint: string): string[] {
  return devicesIn(hint.split(',')[0] ?? '');
}

/**
 * Device states of Asterisk's own modules that are not a person's: a parking slot, a queue, a conference, an
 * appointment, a shared line, a call completion request (`ast_devstate_prov_add` in Asterisk's source, in any case).
 */
const things = new Set(['park', 'queue', 'meetme', 'confbridge', 'calendar', 'sla', 'ccss']);

/**
 * Whether a hint tells the state of a person's extension. It need not watch a device: `Custom:DND800` is all that the
 * extension of somebody without a phone has. A hint that watches only things is not a person's.
 */
export function isPersonal(hint: string): boolean {
  const parts = (hint.split(',')[0] ?? '').split('&').filter((part) => part !== '');
  return parts.length === 0 || parts.some((part) => !things.has(/^(\w+):/.exec(part)?.[1]?.toLowerCase() ?? ''));
}
