import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../lab/browser.ts';
import { webkey } from '../lab/daemon.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { CrmPage } from './browser-page.ts';

type Stage = Lab & { readonly browser: Browser; readonly page: CrmPage };

const plugin = 'plugin-asterisk/extension';
const success = (message: string): unknown => ({ status: 200, json: { status: 'success', message } });

/** A WAV file: 8 kHz, 16 bit, silence. */
function wav(seconds: number): Buffer {
  const data = Buffer.alloc(seconds * 16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

async function signIn(t: Test, { page }: Stage): Promise<void> {
  await t.test('contract §5.1 a page of another origin signs in', async (t) => {
    t.match(await page.ask('GET', 'session'), { status: 401, json: { message: 'missing header: Authorization' } });
    t.same(await page.signIn('admin', 'wrong'), { status: 401, json: { status: 'Unauthorized' } });
    t.match(await page.signIn('admin', webkey), { status: 200, json: { status: 'success', userId: 1 } });
    t.match(await page.ask('GET', 'session'), { status: 200, json: { data: { name: 'admin', role: 'admin' } } });
  });
}

async function calls(t: Test, lab: Stage): Promise<void> {
  const { page } = lab;
  await t.test('contract §5.2 it asks for states, dials a number as it is written, and hangs up', async (t) => {
    for (const path of ['extension-status', 'extension-hints-status', 'current-calls']) {
      t.match(await page.ask('GET', `${plugin}/${path}`), { status: 200, json: { status: 'success' } }, path);
    }
    const phone = await lab.phone('800');
    await page.listen(`stream?${await page.ticket({ purpose: 'stream' })}`);
    await eventually('the snapshot', async () => (await page.seen()).some(({ kind }) => kind === 'snapshot'));
    for (const wish of [
      { form: { src: '800', dst: '138 0013-8000', limitSec: '' } },
      { json: { src: 800, dst: '138 0013-8000', limitSec: 0 } },
      { multipart: { src: '800', dst: 'tel:138-0013-8000' } },
    ]) {
      const dialled = await page.ask('POST', `${plugin}/click-number`, wish);
      t.match(dialled, success('clickToCall extension success'), JSON.stringify(wish));
      const call = await phone.incoming();
      t.equal(call.remoteNumber, '13800138000');
      await call.answer();
      await lab.provider.incoming();
      const hungUp = await page.ask('POST', `${plugin}/hangup`, { json: { extensions: ['800'] } });
      t.match(hungUp, success('hangup extension success'));
      await call.ended();
    }
    const seen = await eventually('the stream tells of the calls', async () => {
      const all = await page.seen();
      return all.some(({ kind }) => kind === 'dialend') && all.some(({ kind }) => kind === 'call') ? all : false;
    }).catch(async (cause: unknown) => {
      const kinds = (await page.seen()).map(({ kind }) => kind).join(' ');
      throw new Error(`the page heard ${kinds}`, { cause });
    });
    t.notOk(
      seen.some(({ kind }) => kind === 'closed'),
      'and goes on',
    );
    const refused = await page.ask('POST', `${plugin}/click-number`, { form: { src: '800', dst: '*-55 801' } });
    t.match(refused, { status: 400, json: { message: /dial_features/ } });
  });
}

async function tickets(t: Test, { page, asterisk }: Stage): Promise<void> {
  await t.test('contract §5.1 a ticket is for one EventSource', async () => {
    const query = await page.ticket({ purpose: 'stream' });
    await page.listen(`stream?${query}`);
    await page.listen(`stream?${query}`);
    await eventually('the second is closed', async () => (await page.seen()).some(({ kind }) => kind === 'closed'));
  });
  await t.test('contract §5.1 <audio> plays a recording by a ticket', async (t) => {
    const name = '销售 call 1.wav';
    mkdirSync(asterisk.monitorDir, { recursive: true });
    writeFileSync(join(asterisk.monitorDir, name), wav(60));
    const path = `monitor/${encodeURIComponent(name)}`;
    t.match(await page.ask('GET', path), { failed: /JSON/ }, 'it is there');
    t.match(await page.play(path), { failed: /./ }, 'not without one');
    t.same(await page.play(`${path}?${await page.ticket({ purpose: 'recording', path: name })}`), { seconds: 60 });
  });
}

async function otherRequests(t: Test, { page }: Stage): Promise<void> {
  await t.test('it may send DELETE, and reads every refusal', async (t) => {
    t.match(await page.ask('POST', 'blacklist/create', { form: { number: '+49 30 123' } }), { status: 200 });
    t.match(await page.ask('DELETE', 'blacklist/delete', { form: { number: '+49-30-123' } }), { status: 200 });
    t.match(await page.ask('DELETE', 'blacklist/delete?number=%2B4930123'), {
      status: 404,
      json: { message: /delete/ },
    });
    t.match(await page.ask('POST', `${plugin}/hangup`, { json: {} }), { status: 400, json: { message: /^missing/ } });
    t.match(await page.ask('POST', 'nowhere', { json: {} }), { status: 404, json: { message: /no such path/ } });
    t.match(await page.ask('GET', 'plugin-config/account'), { status: 404, json: { status: 'error' } });
  });
}

async function fromFile(t: Test, { browser, daemon }: Stage): Promise<void> {
  await t.test('a page that was opened from a file, whose origin is null', async (t) => {
    const page = new CrmPage(`http://127.0.0.1:${daemon.port}`);
    t.teardown(() => page.stop());
    await page.openFile(browser, join(daemon.dir, 'page.html'));
    t.match(await page.signIn('admin', webkey), { status: 200, json: { status: 'success' } });
    t.match(await page.ask('GET', 'queues/queue-info'), { status: 200 });
  });
}

/** Without a WEBKEY: who reaches the port may ask, but for the pages that their browsers show. */
async function withoutKey(t: Test, { page, browser, daemon, ...lab }: Stage): Promise<void> {
  await t.test(
    'contract §1.1 a box without WEBKEY: a foreign page does nothing, one of allow_origin all',
    async (t) => {
      const isPaused = async (): Promise<boolean> =>
        (await daemon.api('GET', 'queues/queue-info')).text.includes('"paused":"1"');
      const open = (allow_origin: string): void => {
        daemon.configure({ general: { WEBKEY: undefined, allow_origin } });
        daemon.reload();
      };
      await daemon.api('POST', 'queues/agent-login', { extension: '800', queue: '630' });
      await page.signOut();
      open('');
      await eventually('no token is wanted', async () => {
        const { status } = await fetch(`${daemon.base}/queues/queue-info`);
        return status === 200;
      });
      const { calls } = await lab.phone('800');
      const before = calls.length;
      t.match(await page.ask('GET', 'queues/queue-info'), { failed: /Failed to fetch/ }, 'it reads nothing');
      t.match(await page.ask('POST', 'local/login', { json: { username: 'a', password: 'b' } }), { failed: /./ });
      const click = { form: { src: '800', dst: '801' }, mode: 'no-cors' } as const;
      t.same(await page.ask('POST', 'extensions/click-number', click), { status: 0 }, 'sent, and not answered to it');
      const pause = 'queues/agent-pause?queue=630&member=800&state=on';
      t.same(await page.ask('GET', pause, { mode: 'no-cors' }), { status: 0 });
      await page.show(pause);
      t.notOk(await isPaused(), 'nobody is paused');
      t.equal(calls.length, before, 'and nobody is rung');
      open(page.origin);
      await eventually('the page may ask', async () => (await page.ask('GET', 'queues/queue-info')).status === 200);
      t.match(await page.ask('GET', pause), { status: 200 });
      t.ok(await isPaused());
      await page.openFile(browser, join(daemon.dir, 'page.html'));
      t.match(await page.ask('GET', 'queues/queue-info'), { failed: /./ }, 'another may not');
    },
  );
}

/** Requests of contract §5 by a page of another origin, in a real browser, to the real daemon on one set-up. */
export function runBrowser(setup: Setup): void {
  void t.test(setup, (t) =>
    withLab(
      t,
      setup,
      async (lab) => {
        const browser = await startBrowser();
        const page = new CrmPage(`http://127.0.0.1:${lab.daemon.port}`);
        try {
          await page.start(browser);
          const stage: Stage = { ...lab, browser, page };
          for (const part of [signIn, calls, tickets, otherRequests, fromFile, withoutKey]) await part(t, stage);
        } finally {
          await page.stop();
          await browser.close();
        }
      },
      { extra: { 'extensions.conf': '[internal](+)\nexten => 13800138000,1,Goto(outbound,${EXTEN},1)' } },
    ),
  );
}
