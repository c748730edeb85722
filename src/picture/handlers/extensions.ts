import type { AmiMessage } from '../../ami/message.ts';
import type { Emit } from '../change.ts';
import { isExtensionName } from '../directory.ts';
import type { State } from '../state.ts';
import { timestampOf } from '../time.ts';
import type { Handler } from './handler.ts';

/** Stores a hint's state, from its event or from a list. */
export function storeHint(state: State, message: AmiMessage): string | undefined {
  const exten = message.get('Exten');
  if (!isExtensionName(exten)) return undefined;
  const { hints } = state.directory;
  if (!hints.has(exten) && !state.room.isFree('extensions', hints.size)) return undefined;
  state.directory.setHint(exten, {
    context: message.get('Context'),
    hint: message.get('Hint'),
    status: message.get('Status'),
    statusText: message.get('StatusText'),
  });
  return exten;
}

/** Tells an extension's status when it differs from what was last told, once whatever the number of its contexts. */
export function tellStatus(state: State, exten: string, timestamp: string, emit: Emit): void {
  const hint = state.directory.hintOf(exten);
  if (hint === undefined) {
    state.toldStatus.delete(exten);
    return;
  }
  if (state.toldStatus.get(exten) === hint.status) return;
  state.toldStatus.set(exten, hint.status);
  emit({ type: 'extension-status', timestamp, exten, status: hint.status, text: hint.statusText });
}

export const extensionStatus: Handler = (state, message, now, emit) => {
  const exten = storeHint(state, message);
  if (exten !== undefined) tellStatus(state, exten, timestampOf(message, now), emit);
};
