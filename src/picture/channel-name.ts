/** `PJSIP/800-00000001` → `PJSIP/800`; `Local/800@internal-00000001;1` → `Local/800@internal`. */
export function deviceOf(channelName: string): string {
  const dash = channelName.lastIndexOf('-');
  return dash < 0 ? channelName : channelName.slice(0, dash);
}

/** Whether a channel is a half of a Local channel, or one that Asterisk makes for its own purposes. */
export function isInternalName(name: string): boolean {
  return (
    name.startsWith('Local/') ||
    name.startsWith('AsyncGoto/') ||
    name.startsWith('Surrogate/') ||
    name.endsWith('<ZOMBIE>')
  );
}

/** Asterisk prints an absent number or name as `<unknown>`. */
export function known(value: string): string {
  return value === '<unknown>' ? '' : value;
}

/** Whether Asterisk shows this application on a channel that is rung (by a channel, a queue or Originate). */
export function isRungBy(application: string): boolean {
  return /^App(Dial2?|Queue)$/.test(application);
}
