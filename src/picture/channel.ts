import type { Call } from './call.ts';

/** A number and a name as a phone shows them; `''` where Asterisk says `<unknown>`. */
export interface Party {
  readonly num: string;
  readonly name: string;
}

/** One live channel of Asterisk, as its newest event or list item described it. */
export interface Channel {
  /** `PJSIP/800-00000001`; changes at a masquerade only. */
  name: string;
  readonly uniqueid: string;
  /** As Asterisk says it now; the call it belongs to (`call`) does not change when Asterisk merges calls. */
  linkedid: string;
  /** AST_STATE: 0 down, 4 ring, 5 ringing, 6 up (include/asterisk/channelstate.h). */
  state: number;
  stateDesc: string;
  callerIdNum: string;
  callerIdName: string;
  connectedLineNum: string;
  connectedLineName: string;
  /** Context and extension in which the channel was made: what a caller dialled. */
  readonly context: string;
  readonly exten: string;
  readonly call: Call;
  /** ms epoch. */
  readonly createdAt: number;
  /** BridgeUniqueid, `''` outside of a bridge. */
  bridge: string;
  /** In a bridge in which nobody hears anybody: parked, or an agent who waits for calls. */
  apart: boolean;
  onHold: boolean;
  /** A leg that no person holds: a half of a Local channel, a listening supervisor, what a masquerade leaves behind. */
  helper: boolean;
}

/** `PJSIP/800-00000001` → `PJSIP/800`; `Local/800@internal-00000001;1` → `Local/800@internal`. */
export function deviceOf(channelName: string): string {
  const dash = channelName.lastIndexOf('-');
  return dash < 0 ? channelName : channelName.slice(0, dash);
}

/** Whether a channel is a half of a Local channel, or one that Asterisk makes for its own moves. */
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
