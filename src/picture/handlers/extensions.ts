import type { AmiMessage } from '../../ami/message.ts';
import type { Emit } from '../model.ts';
import type { Hint } from '../directory.ts';
import { isExtensionName } from '../directory.ts';
import { keyOf } from '../resync/list-window.ts';
import type { State, Handler } from '../state.ts';
import { timestampOf } from '../time.ts';

/** The hint and its state in an event or in an item of a list; `undefined` if it is nobody's extension. */
export function hintOf(message: AmiMessage): readonly [exten: string, hint: Hint] | undefined {
  const exten = message.get('Exten');
  if (!isExtensionName(exten)) return undefined;
  const hint: Hint = {
    context: message.get('Context'),
    hint: message.get('Hint'),
    status: message.get('Status'),
    statusText: message.get('StatusText'),
  };
  return [exten, hint];
}

/** Tells an extension's status if it differs from what was told last; once, however many contexts have it. */
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

/** The status of a listed hint. An event is not believed about any other hint: a new list has to name it. */
export const extensionStatus: Handler = (state, message, now, emit) => {
  const [exten, hint] = hintOf(message) ?? [];
  if (exten === undefined || hint === undefined) return;
  if (Number(hint.status) >= 0) state.listWindows.hints?.note(keyOf(exten, hint.context), hint);
  if (state.directory.setStatus(exten, hint)) tellStatus(state, exten, timestampOf(message, now), emit);
  else emit({ type: 'outdated', list: 'hints' });
};
