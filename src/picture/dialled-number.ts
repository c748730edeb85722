/**
 * The number that a Dial sent to an outside line, from its dial string; `''` if there is none: `trunk/0299`
 * (SIP, IAX2), `0299@trunk` (SIP, PJSIP), `trunk/sip:0299@192.168.12.1` (PJSIP), `g0/0299` (DAHDI), with or without the
 * technology before it, as Dial and Queue have it (Asterisk's channels/chan_*.c). `channelName`: of the channel rung.
 */
export function dialledNumber(dialString: string, channelName: string): string {
  const technology = channelName.slice(0, channelName.indexOf('/') + 1);
  const named = dialString.startsWith(technology) ? dialString.slice(technology.length) : dialString;
  const [resource = ''] = named.split(/[,&!?;]/);
  const slash = resource.indexOf('/');
  const uri = /(?:^|\/)sips?:(.*)$/i.exec(resource)?.[1];
  const address = uri ?? (slash < 0 ? resource : (resource.slice(slash + 1).split('/')[0] ?? ''));
  const at = address.lastIndexOf('@');
  // Only a device (for IAX2, with an account before its host): no number was dialled on it.
  if (slash < 0 && (at < 0 || technology === 'IAX2/')) return '';
  const [user = ''] = (at < 0 ? address : address.slice(0, at)).split(':');
  return withoutCodes(user);
}

/**
 * Removes pauses (`w`, `p`) between digits and service codes that end in `#`: they are for the line, not the number.
 */
function withoutCodes(dialled: string): string {
  if (!/^[\d+*#wp]+$/i.test(dialled)) return /^[\w.+-]+$/.test(dialled) ? dialled : '';
  const parts = dialled.split(/[wp]+/i).map((part) => part.replace(/#+$/, '').replace(/^.*#/, ''));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/**
 * How many digits must be alike at the end of two numbers to take them for one: as written, and without trunk prefixes.
 */
const telling = { asTheyStand: 3, international: 6 } as const;

/**
 * The outside number that was rung. The channel's caller id is the dialplan extension in which Dial ran: the number
 * that was dialled, a menu's key, or the phone that is forwarded (`isExtension`). The dial string is what was sent. If
 * both end alike, one of them has a prefix that only the dialplan or the carrier needs: the shorter one is the number.
 */
export function outsideNumber(
  callerIdNum: string,
  dialString: string,
  channelName: string,
  isExtension = false,
): string {
  const dialled = dialledNumber(dialString, channelName);
  if (dialled === '') return callerIdNum;
  if (isExtension || !/^[\d+*#]+$/.test(callerIdNum)) return dialled;
  const isSame =
    endAlike(callerIdNum, dialled, telling.asTheyStand) ||
    endAlike(withoutTrunkPrefix(callerIdNum), withoutTrunkPrefix(dialled), telling.international);
  return isSame && callerIdNum.length <= dialled.length ? callerIdNum : dialled;
}

/** `+49 30…`, `0030…` and `030…` begin alike once the dialling prefixes are off. */
const withoutTrunkPrefix = (number: string): string => number.replace(/^[+0]+/, '');

function endAlike(one: string, other: string, digits: number): boolean {
  const [short = '', long = ''] = [one, other].sort((a, b) => a.length - b.length);
  return short.length >= digits && long.endsWith(short);
}
