import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { lookAt } from './look-at.ts';
import { browserFor, looks, openSignedIn } from './open.ts';
import { people, usersSection } from './people.ts';

/** The figures of a queue as the board shows them. */
async function figures(page: Page, queue = '630'): Promise<Record<string, string>> {
  const all = await page
    .locator(`.band[data-queue="${queue}"] [data-card]`)
    .evaluateAll((all) => all.map((one): [string, string] => [one.getAttribute('data-card') ?? '', one.textContent]));
  return Object.fromEntries(all);
}

async function shows(page: Page, wanted: Record<string, string>, queue = '630'): Promise<void> {
  await eventually(`the board shows ${JSON.stringify(wanted)}`, async () => {
    const found = await figures(page, queue);
    return Object.entries(wanted).every(([card, text]) => found[card] === text);
  });
}

/** Lets callers come until as many wait: they are led on after half a minute. */
async function fill(lab: Lab, page: Page, wanted: number): Promise<void> {
  await eventually(`${wanted} wait`, async () => {
    const waiting = Number((await figures(page))['waiting']);
    if (waiting < wanted) await callQueue(lab, '630', `8532236${waiting}`);
    return waiting === wanted;
  });
}

/** The level that the board gives a card. */
async function levelOf(page: Page, card: string): Promise<string> {
  const place = page.locator(`.band[data-queue="630"] .card:has([data-card="${card}"])`);
  return ((await place.getAttribute('class')) ?? '').replace('card ', '');
}

async function follows(t: Test, lab: Lab, browser: Browser): Promise<void> {
  const base = `http://127.0.0.1:${lab.daemon.port}/wallboard`;
  const now = 'waiting,longest,ready,busy,paused,agents';
  const url = `${base}?queues=630,632:Support&cards=${now},offered,answered,lost,sl&waiting=2,3`;
  const { page, errors, requests } = await openSignedIn(browser, url, people.screen);

  await t.test('it shows what goes on', async (t) => {
    const nothing = { waiting: '0', longest: '0:00', ready: '0', busy: '0', paused: '0', agents: '0', offered: '0' };
    await shows(page, nothing);
    await lab.phone('800');
    await lab.operator.login('800', '630');
    await shows(page, { ready: '1', agents: '1' });
    await lab.operator.pause('800', '630', 'on');
    await shows(page, { ready: '0', paused: '1', agents: '1' });
    const first = await callQueue(lab, '630');
    await shows(page, { waiting: '1' });
    t.equal(await levelOf(page, 'waiting'), 'well');
    await eventually('the wait ticks', async () => /^0:0[2-9]$/.test((await figures(page))['longest'] ?? ''));
    const second = await callQueue(lab, '630', '85322362');
    await shows(page, { waiting: '2' });
    t.equal(await levelOf(page, 'waiting'), 'watch');
    t.equal(await page.locator('.card.watch .level').first().textContent(), 'watch', 'in a word too');
    await first.hangUp();
    await second.hangUp();
    await shows(page, { waiting: '0', longest: '0:00', lost: '2', sl: '0%' });
    t.match(await figures(page, '632'), nothing, 'another queue is another');
    t.equal(await page.locator('.band[data-queue="632"] h2').textContent(), 'Support');
  });

  await t.test('the service level is that of each queue', async (t) => {
    const agent = await lab.phone('800');
    await lab.operator.pause('800', '630', 'off');
    await lab.operator.login('800', '632');
    const serve = async (queue: string, wait: string): Promise<void> => {
      const before = (await figures(page, queue))['answered'] ?? '';
      agent.behaviour = 'ring';
      const call = await callQueue(lab, queue);
      await eventually('it waits', async () => ((await figures(page, queue))['longest'] ?? '') >= wait);
      agent.behaviour = 'answer';
      await eventually('it is answered', () => agent.calls.some(({ state }) => state === 'up'));
      await call.hangUp();
      await shows(page, { answered: String(Number(before) + 1), waiting: '0' }, queue);
    };
    await serve('630', '0:02');
    await serve('632', '0:02');
    t.match(await figures(page), { answered: '1', sl: '0%' }, 'in 630 a second is too long');
    t.match(await figures(page, '632'), { answered: '1', sl: '100%' }, 'in 632 ten minutes are not');
    t.equal(
      await page.locator('.band[data-queue="632"] .card:has([data-card="sl"])').getAttribute('class'),
      'card well',
    );
    await lab.operator.logout('800', '632');
    await lab.operator.pause('800', '630', 'on');
    await shows(page, { paused: '1', ready: '0' });
  });

  await t.test('it looks as it should', async (t) => {
    const queues = `630:${encodeURIComponent('销售 Sales')},632:Support`;
    await page.goto(`${base}?queues=${queues}&cards=waiting,longest,ready,paused,lost,sl&waiting=2,3&longest=1,90`);
    await fill(lab, page, 3);
    await lookAt(t, page, 'wallboard', looks(), async ({ width }) => {
      const parts = await page.evaluate<
        readonly number[]
      >(`[...document.querySelectorAll('.card .figure')].map((figure) => {
        const range = document.createRange();
        range.selectNodeContents(figure);
        return range.getBoundingClientRect().width / figure.parentElement.clientWidth;
      })`);
      t.ok(Math.max(...parts) < 0.93, `${width}: no figure touches the edge of its card (${parts.join(' ')})`);
    });
    await page.goto(`${base}?queues=630&cards=${now},answered,lost,sl`);
    await fill(lab, page, 2);
    await lookAt(
      t,
      page,
      'wallboard-one-queue',
      looks().filter(({ width }) => width === 1920),
    );
  });

  const origin = new URL(base).origin;
  t.ok(
    requests.every((one) => one.startsWith(origin)),
    'it asks nobody else',
  );
  t.strictSame(errors, []);
}

/** What a screen's session opens of the stream, as it comes: its first piece. */
async function seesFiguresOnly(t: Test, { daemon }: Lab): Promise<void> {
  await t.test('a wallboard sees figures and nothing else', async (t) => {
    const login = await fetch(`${daemon.base}/local/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'screen', password: people.screen.password }),
    });
    const { token } = (await login.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const stream = await fetch(`${daemon.base}/stream`, { headers });
    const reader = stream.body!.getReader();
    let text = '';
    while (!/^data: .*\n\n/m.test(text)) text += Buffer.from((await reader.read()).value ?? []).toString();
    await reader.cancel();
    const snapshot = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as Record<string, object>;
    t.ok(Object.keys(snapshot['queue'] ?? {}).length > 0);
    for (const kind of ['extension', 'member', 'caller', 'call']) t.strictSame(snapshot[kind], {}, kind);
    for (const path of ['queues/queue-info', 'extensions/current-calls', 'records', 'statistics?by=agent']) {
      t.equal((await fetch(`${daemon.base}/${path}`, { headers })).status, 403, path);
    }
    t.equal((await fetch(`${daemon.base}/statistics?by=queue`, { headers })).status, 200);
  });
}

void t.test('the wallboard on Asterisk 22', async (t) => {
  const browser = await browserFor(t);
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      await seesFiguresOnly(t, lab);
      await follows(t, lab, browser);
    },
    { api: { ...(await usersSection()), service_level: { '630': '1', '632': '600' } } },
  );
});
