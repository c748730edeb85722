/** A set-up of the lab: the version of Asterisk and the SIP channel driver its phones and its trunk use. */
export type Setup = '16-sip' | '16-pjsip' | '22-pjsip';

export const setups: readonly Setup[] = ['16-sip', '16-pjsip', '22-pjsip'];

export type Version = '16' | '22';

/** The technology of a set-up's channels, as channel names begin (`SIP/800-…`, `PJSIP/800-…`). */
export type Tech = 'SIP' | 'PJSIP';

export function versionOf(setup: Setup): Version {
  return setup === '22-pjsip' ? '22' : '16';
}

export function techOf(setup: Setup): Tech {
  return setup === '16-sip' ? 'SIP' : 'PJSIP';
}

/** Whether a word of a command line names a set-up. */
export function isSetup(text: string): text is Setup {
  return (setups as readonly string[]).includes(text);
}
