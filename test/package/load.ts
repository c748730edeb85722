import { setTimeout as sleep } from 'node:timers/promises';
import { tokenOf } from '../lab/daemon.ts';
import { AmiOperator } from '../lab/operator.ts';
import type { Scenery } from '../lab/stage.ts';
import type { Packaged } from './packaged.ts';

/**
 * What a busy box asks of the daemon: `requests` questions for the state of all phones, some 200 a second, and `calls`
 * calls. Returns how many questions were answered.
 */
export async function load(
  daemon: Packaged,
  scenery: Scenery,
  { requests, calls }: { readonly requests: number; readonly calls: number },
): Promise<number> {
  const headers = { authorization: tokenOf() };
  let answered = 0;
  const ask = async (): Promise<void> => {
    for (let i = 0; i < requests / 2; i++) {
      const [status] = await Promise.all([
        daemon.get('/coocenter-api/extensions/extension-status', headers),
        sleep(10),
      ]);
      if (status === 200) answered++;
    }
  };
  const talk = async (): Promise<void> => {
    const stage = scenery.stage(new AmiOperator(scenery.ami, scenery.asterisk.tech));
    const [caller, callee] = [await stage.phone('801'), await stage.phone('802')];
    callee.behaviour = 'answer';
    for (let i = 0; i < calls; i++) {
      const call = await caller.call('802');
      await call.answered();
      await sleep(200);
      await call.hangUp();
      await call.ended();
    }
  };
  await Promise.all([ask(), ask(), talk()]);
  return answered;
}
