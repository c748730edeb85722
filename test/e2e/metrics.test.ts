import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { hashPassword } from '../../src/users/password.ts';
import { read } from '../docs/markdown.ts';
import { promtool } from '../lab/promtool.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { callQueue } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { tokenOf } from '../lab/daemon.ts';

const packaging = join(import.meta.dirname, '../../packaging/monitoring');

const metricsToken = '0c1c8f2f6a9d4c1f8f0a3b7f';
const password = 'correct horse';

/** GET /metrics, as Prometheus asks for it. */
async function scrape({ daemon }: Lab): Promise<{ readonly type: string | null; readonly text: string }> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  const answer = await fetch(`http://127.0.0.1:${daemon.port}/metrics`, { headers });
  return { type: answer.headers.get('content-type'), text: await answer.text() };
}

/** The number of a line of the text; `undefined`: there is no such line. */
function numberIn(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** What promtool has to say; '' if nothing. */
function judged(args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(promtool(), args, { input, encoding: 'utf8' });
  return status === 0 ? stderr : `${stdout}${stderr}` || `exit ${String(status)}`;
}

/** Names and labels of all metrics in the text, histograms without what they add. */
function metricsIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+) /gm)) found.set(name, new Set());
  for (const [, full = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? /gm)) {
    const name = found.has(full) ? full : full.replace(/_(?:bucket|sum|count)$/, '');
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') found.get(name)?.add(label);
  }
  return found;
}

/** The table of docs/operations.md is what is told, label for label. */
function compareDocs(t: Test, text: string): void {
  const rows = [...read('docs/operations.md').matchAll(/^\| (`(?:coocenter|process)_.*?) +\|/gm)];
  const told = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z_]+)(?:\{(.*?)\})?`/g)]);
  const documented = told.map(([, name = '', labels = '']) => [name, labels.split(',').filter(Boolean).sort()]);
  const found = [...metricsIn(text)].map(([name, labels]) => [name, [...labels].sort()]);
  t.strictSame(found.sort(), documented.sort(), 'docs/operations.md has each of them, with its labels');
}

/** Who may read them, and what the token of Prometheus opens. */
async function checkAccess(t: Test, { daemon }: Lab): Promise<void> {
  const status = async (authorization: string, path = '/metrics'): Promise<number> =>
    (await fetch(`http://127.0.0.1:${daemon.port}${path}`, { headers: { authorization } })).status;
  for (const [username, expected] of [
    ['anna', 403],
    ['berta', 200],
  ] as const) {
    const { json } = await daemon.api('POST', 'local/login', { username, password });
    const { token } = json as { token: string };
    t.equal(await status(`Bearer ${token}`), expected, username);
  }
  t.equal(await status(tokenOf()), 200, 'the token of the day');
  t.equal(await status('Bearer 0c1c8f2f6a9d4c1f8f0a3b70'), 401, 'a wrong one');
  for (const path of ['status', 'queues/queue-info', 'records', 'deliveries', 'session']) {
    t.equal(await status(`Bearer ${metricsToken}`, `/coocenter-api/${path}`), 401, `that of Prometheus, ${path}`);
  }
  daemon.configure({ general: { metrics_token: 'another-token-of-prometheus' } });
  daemon.reload();
  await eventually('a reload changes it', async () => (await status('Bearer another-token-of-prometheus')) === 200);
  t.equal(await status(`Bearer ${metricsToken}`), 401, 'the old one');
}

/** Names of all metrics that an expression of Prometheus asks for. */
const namesIn = (expression: string): string[] => [
  ...new Set([...expression.matchAll(/\b(?:coocenter|process)_[a-z_]+/g)].map(([name]) => name)),
];

void t.test('the numbers of a box that has had calls', async (t) => {
  const hash = await hashPassword(password);
  const api = {
    general: { metrics_token: metricsToken },
    users: { anna: `agent, 801, ${hash}`, berta: `supervisor, , ${hash}` },
  };
  const proxy = new AmiProxy();
  const play = async (lab: Lab): Promise<void> => {
    const { receiver, daemon } = lab;
    t.equal((await fetch(`http://127.0.0.1:${lab.daemon.port}/metrics`)).status, 401, 'they need the token');
    await playQueueCall(lab);
    await lab.phone('801');
    await lab.operator.login('801', '631');
    const waiting = await callQueue(lab, '631');
    const waits = await eventually('a caller waits', async () => {
      const { text } = await scrape(lab);
      return numberIn(text, 'coocenter_queue_waiting{queue="631"}') === 1 ? text : undefined;
    });
    t.ok(Number(numberIn(waits, 'coocenter_queue_longest_wait_seconds{queue="631"}')) >= 0);
    t.equal(numberIn(waits, 'coocenter_calls'), 1);
    await waiting.hangUp();
    const { text, type } = await eventually('both calls are counted', async () => {
      const page = await scrape(lab);
      const lost = /^coocenter_queue_lost_total\{queue="631",cause="\w+"\} 1$/m.test(page.text);
      return lost && numberIn(page.text, 'coocenter_calls') === 0 ? page : undefined;
    });
    t.equal(type, 'text/plain; version=0.0.4; charset=utf-8');
    t.equal(judged(['check', 'metrics'], text), '', 'promtool check metrics');
    t.equal(numberIn(text, 'coocenter_asterisk_up'), 1);
    t.equal(numberIn(text, 'coocenter_ami_connects_total'), 1);
    t.equal(numberIn(text, 'coocenter_queue_answer_seconds_count{queue="630"}'), 1);
    const all = numberIn(text, 'coocenter_push_total{receiver="URL",result="delivered"}') ?? 0;
    t.ok(all > 0 && all <= receiver.pushes.length, `${all} of ${receiver.pushes.length} pushes are counted`);
    t.equal(numberIn(text, 'coocenter_http_requests_total{method="GET",path="/metrics",status="401"}'), 1);
    t.ok(Number(numberIn(text, 'coocenter_http_request_seconds_count{method="GET",path="/metrics"}')) > 2);
    t.ok(Number(numberIn(text, 'coocenter_ami_action_seconds_count{action="QueueStatus",result="success"}')) > 0);
    t.ok(Number(numberIn(text, 'coocenter_store_bytes')) > 0);

    const series = (page: string): number => page.split('\n').length;
    for (let i = 0; i < 300; i++) await daemon.api('GET', `nothing/${i}?"quoted\\`);
    const many = await scrape(lab);
    t.equal(numberIn(many.text, 'coocenter_http_requests_total{method="GET",path="other",status="404"}'), 300);
    t.ok(series(many.text) - series(text) < 20, 'paths that clients invent are one label');

    await receiver.down();
    await (await callQueue(lab, '631')).hangUp();
    await eventually('records wait', async () => {
      const page = await scrape(lab);
      const pending = numberIn(page.text, 'coocenter_push_pending{receiver="URL",kind="record"}') ?? 0;
      const age = numberIn(page.text, 'coocenter_push_oldest_seconds{receiver="URL"}') ?? 0;
      return pending > 0 && age > 0 && numberIn(page.text, 'coocenter_receiver_up{receiver="URL"}') === 0;
    });

    const before = Number(numberIn(many.text, 'coocenter_snapshots_total'));
    await proxy.cut();
    await eventually('Asterisk is away', async () => {
      return numberIn((await scrape(lab)).text, 'coocenter_asterisk_up') === 0;
    });
    await proxy.mend();
    await daemon.ready();
    const back = (await scrape(lab)).text;
    t.equal(numberIn(back, 'coocenter_ami_connects_total'), 2, 'the connection was made again');
    t.match(back, /^coocenter_ami_failures_total\{kind="\w+"\} [1-9]/m, 'after it was lost');
    t.equal(numberIn(back, 'coocenter_snapshots_total'), before + 1, 'and the state was read anew');
    compareDocs(t, back);
    t.equal(judged(['check', 'metrics'], back), '', 'promtool check metrics');
    const rules = readFileSync(join(packaging, 'alerts.yml'), 'utf8');
    const dashboard = readFileSync(join(packaging, 'grafana.json'), 'utf8');
    const panels = (JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] }).panels;
    t.ok(panels.length > 5);
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const known = new Set([...text.matchAll(/^([a-z_]+)/gm)].map(([name]) => name));
    for (const name of namesIn([rules, ...expressions].join('\n'))) t.ok(known.has(name), `${name} is told`);
    await checkAccess(t, lab);
  };
  await withLab(t, '22-pjsip', play, { api, proxy });
});
