import type { AmiMessage } from '../../ami/message.ts';
import type { Emit } from '../change.ts';
import type { State } from '../state.ts';

/** Takes one event into the picture. `now` (ms epoch): when it arrived. */
export type Handler = (state: State, message: AmiMessage, now: number, emit: Emit) => void;
