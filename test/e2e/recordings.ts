import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { tokenOf } from '../lab/daemon.ts';
import { startBrowser } from '../lab/browser.ts';
import type { Push } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue, served } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

/** The recordings that were told, each once: a daemon killed after one was delivered may send it again, by the same id. */
function told({ receiver }: Lab): Push['json'][] {
  const pushes = receiver.pushes.filter(({ json }) => json['event'] === 'recording');
  return [...new Map(pushes.map(({ headers, json }) => [headers['webhook-id'], json])).values()];
}

interface Reply {
  readonly data: { readonly url: string; readonly accesses: readonly Record<string, unknown>[] };
}

async function ask({ daemon }: Lab, path: string): Promise<Reply['data']> {
  const answer = await fetch(`http://127.0.0.1:${daemon.port}/coocenter-api/${path}`, {
    headers: { authorization: tokenOf() },
  });
  return ((await answer.json()) as Reply).data;
}

/** What a browser's player makes of a link: how long it is, whether it seeks, and under what name it is saved. */
async function play(url: string): Promise<{ duration: number; at: number; name: string }> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(new URL('/health', url).href);
    const heard = await page.evaluate(
      `new Promise((resolve, reject) => {
        const audio = new Audio(${JSON.stringify(url)});
        audio.muted = true;
        audio.onerror = () => reject(new Error(audio.error.message));
        audio.onloadedmetadata = () => { audio.currentTime = audio.duration / 2; };
        audio.onseeked = () => resolve({ duration: audio.duration, at: audio.currentTime });
      })`,
    );
    const waiting = page.waitForEvent('download');
    await page.evaluate(`location.href = ${JSON.stringify(`${url}&download=1`)}`);
    const name = (await waiting).suggestedFilename();
    return { ...(heard as { duration: number; at: number }), name };
  } finally {
    await browser.close();
  }
}

/** A recorded call of the queue: the event, the link in a browser, who heard it; and a daemon that is killed. */
export function runRecordings(setup: Setup): void {
  void t.test(setup, async (t) => {
    const run = async (lab: Lab): Promise<void> => {
      const { daemon, asterisk } = lab;
      const { call, answer, agent } = await served(lab);
      await call.hangUp();
      await answer.ended();
      const [event] = await eventually('the recording is told', () => (told(lab).length > 0 ? told(lab) : undefined));
      const path = String(event?.['path']);
      const file = readFileSync(join(asterisk.monitorDir, path));
      t.match(event, { uuid: /./, path: /^q630-.*\.wav$/, size: String(file.length), agents: ['800'] });
      t.equal(file.readUInt32LE(40), file.length - 44, 'it was closed');
      t.equal(Number(event?.['seconds']), Math.round((file.length - 44) / 16_000));

      const { url } = await ask(lab, `recordings/link?path=${encodeURIComponent(path)}`);
      const heard = await play(`http://127.0.0.1:${daemon.port}${url}`);
      t.equal(heard.name, path, 'saved by its name');
      t.ok(Math.abs(heard.duration - (file.length - 44) / 16_000) < 0.1, `${heard.duration} s`);
      t.ok(Math.abs(heard.at - heard.duration / 2) < 0.1, 'it seeks');
      const { accesses } = await ask(lab, 'recordings/access');
      t.match(accesses, [{ path, means: 'link', role: 'admin', remote: '127.0.0.1' }], 'one row for one playback');

      const second = await callQueue(lab, '630', '85322362');
      const taken = await agent.incoming();
      await taken.answer();
      await sleep(1_500);
      await daemon.kill();
      await second.hangUp();
      await taken.ended();
      await daemon.launch();
      await daemon.ready();
      await eventually('the second is told', () => told(lab).length > 1);
      await daemon.kill();
      const third = await callQueue(lab, '630', '85322363');
      const unseen = await agent.incoming();
      await unseen.answer();
      await sleep(1_500);
      await third.hangUp();
      await unseen.ended();
      await daemon.launch();
      await daemon.ready();
      await eventually('the third is told, by its name in the folder', () => told(lab).length > 2);
      await sleep(8_000);
      t.match(told(lab), [{ agents: ['800'] }, { agents: ['800'] }, { agents: ['800'] }], 'each once');
      t.equal(new Set(told(lab).map(({ path }) => path)).size, 3);
      t.equal(new Set(told(lab).map(({ uuid }) => uuid)).size, 3);
      t.same(errorsIn(daemon.output), [], 'and no error in the log');
    };
    await withLab(t, setup, run, {
      api: (asterisk) => ({
        push: { events: 'all, recording' },
        asterisk: { cdr_file: asterisk.rowsFile, queue_log: asterisk.queueLog },
      }),
    });
  });
}
