import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { promtool } from '../lab/promtool.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { read } from './markdown.ts';

const folder = join(import.meta.dirname, '../../packaging/monitoring');
const rules = join(folder, 'alerts.yml');
const dir = makeTemp();
t.teardown(() => {
  removeTemp(dir);
});

/** What promtool says against it; '' if nothing. */
function judged(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(promtool(), args, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `exit ${String(status)}`;
}

const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

void t.test('Prometheus takes the sample alerts, and they fire when they should', (t) => {
  t.equal(judged('check', 'rules', rules), '');
  const series = (name: string, values: string): string => `      - { series: '${name}', values: '${values}' }`;
  const alertAt = (time: string, name: string, labels: string | undefined): string =>
    [
      `      - eval_time: ${time}`,
      `        alertname: ${name}`,
      `        exp_alerts: [${labels === undefined ? '' : `{ exp_labels: { ${labels} } }`}]`,
    ].join('\n');
  const text = [
    `rule_files: [${rules}]`,
    'evaluation_interval: 1m',
    'tests:',
    '  - interval: 1m',
    '    input_series:',
    series('coocenter_receiver_up{receiver="crm"}', '1 0x40'),
    series('coocenter_push_total{receiver="crm",result="dead"}', '0x10 1x90'),
    series('coocenter_push_total{receiver="crm",result="failed"}', '0+9x100'),
    series('coocenter_asterisk_up', '1 0x5 1x60'),
    '    alert_rule_test:',
    alertAt('15m', 'CoocenterReceiverDown', undefined),
    alertAt('17m', 'CoocenterReceiverDown', 'severity: critical, receiver: crm'),
    alertAt('10m', 'CoocenterRecordsDead', undefined),
    alertAt('12m', 'CoocenterRecordsDead', 'severity: warning, receiver: crm, result: dead'),
    alertAt('80m', 'CoocenterRecordsDead', undefined),
    alertAt('4m', 'CoocenterAsteriskAway', 'severity: critical'),
    alertAt('10m', 'CoocenterAsteriskAway', undefined),
  ].join('\n');
  // Only that they fire is looked at: what they say is for people.
  const bare = readFileSync(rules, 'utf8').replace(/^ +annotations:\n(?: +summary: .*\n)/gm, '');
  t.notMatch(bare, /summary/);
  const path = file('bare.yml', bare);
  t.equal(judged('test', 'rules', file('test.yml', text.replace(rules, path))), '');
  t.end();
});

void t.test('Prometheus understands what the dashboard asks', (t) => {
  const { panels } = JSON.parse(readFileSync(join(folder, 'grafana.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  t.ok(asked.length > 10);
  const groups = {
    groups: [{ name: 'dashboard', rules: asked.map((expr, i) => ({ record: `panel:${i}`, expr })) }],
  };
  // JSON is YAML.
  t.equal(judged('check', 'rules', file('dashboard.yml', JSON.stringify(groups))), '');
  t.end();
});

void t.test('Prometheus takes the sample configuration of docs/operations.md', (t) => {
  const [, sample = ''] = /```yaml\n(scrape_configs:\n[^]*?)```/.exec(read('docs/operations.md')) ?? [];
  t.match(sample, 'credentials');
  t.equal(judged('check', 'config', '--syntax-only', file('prometheus.yml', sample)), '');
  t.end();
});

void t.test('docs/operations.md says where the samples are', (t) => {
  const text = read('docs/operations.md');
  for (const name of globSync('*', { cwd: folder })) t.match(text, `\`${name}\``);
  t.match(text, '/usr/share/coocenter-api/monitoring');
  t.end();
});
