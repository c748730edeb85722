import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { promtool } from '../lab/promtool.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { callQueue } from '../lab/scenarios/talk.ts';
import { eventually } from '../lab/within.ts';
import { tokenOf } from '../lab/daemon.ts';

const packaging = join(import.meta.dirname, '../../packaging/monitoring');

/** GET /metrics, as Prometheus asks for it. */
async function scrape({ daemon }: Lab): Promise<{ readonly type: string | null; readonly text: string }> {
  const answer = await fetch(`http://127.0.0.1:${daemon.port}/metrics`, { headers: { authorization: tokenOf() } });
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

/** Names of all metrics that an expression of Prometheus asks for. */
const namesIn = (expression: string): string[] => [
  ...new Set([...expression.matchAll(/\b(?:coocenter|process)_[a-z_]+/g)].map(([name]) => name)),
];

void t.test('the numbers of a box that has had calls', async (t) => {
  await withLab(t, '22-pjsip', async (lab) => {
    const { receiver } = lab;
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
    t.equal(numberIn(text, 'coocenter_http_request_seconds_count{method="GET",path="/metrics",status="401"}'), 1);
    t.ok(Number(numberIn(text, 'coocenter_ami_action_seconds_count{action="QueueStatus",result="success"}')) > 0);
    t.ok(Number(numberIn(text, 'coocenter_store_bytes')) > 0);

    await receiver.down();
    await (await callQueue(lab, '631')).hangUp();
    await eventually('records wait', async () => {
      const page = await scrape(lab);
      const pending = numberIn(page.text, 'coocenter_push_pending{receiver="URL",kind="record"}') ?? 0;
      const age = numberIn(page.text, 'coocenter_push_oldest_seconds{receiver="URL"}') ?? 0;
      return pending > 0 && age > 0 && numberIn(page.text, 'coocenter_receiver_up{receiver="URL"}') === 0;
    });

    const rules = readFileSync(join(packaging, 'alerts.yml'), 'utf8');
    t.equal(judged(['check', 'rules', join(packaging, 'alerts.yml')]), '', 'promtool check rules');
    const dashboard = readFileSync(join(packaging, 'grafana.json'), 'utf8');
    const panels = (JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] }).panels;
    t.ok(panels.length > 5);
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const known = new Set([...text.matchAll(/^([a-z_]+)/gm)].map(([name]) => name));
    for (const name of namesIn([rules, ...expressions].join('\n'))) t.ok(known.has(name), `${name} is told`);
  });
});
