import type { Config } from '../../config/config.ts';
import { presets } from '../../config/presets.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import type { Probe } from './probe.ts';

type ListKey = 'internal' | 'ivr' | 'feedback' | 'voicemail';

/** Phones that are named when they have no hint. */
const mostNamed = 10;

/**
 * Whether the contexts that `[dialplan]` and `[ivr]` name are there, and the hints by which phones tell their states.
 */
export async function dialplanFindings(probe: Probe, config: Config): Promise<Finding[]> {
  const exists = (context: string): Promise<boolean | undefined> => contextExists(probe, context);
  if ((await exists('x')) === undefined) {
    return [
      warn('dialplan: not told', 'Asterisk needs the module func_dialplan.so, and the account the right to write call'),
    ];
  }
  const { dialplan } = config;
  const findings = await lists(dialplan, exists);
  if ((await exists(dialplan.click)) !== true) {
    findings.push(
      fail(
        `[dialplan] click: Asterisk has no context ${dialplan.click}`,
        'name the context in which phones dial, in [dialplan] internal or click of api.conf',
      ),
    );
  }
  return [...findings, ...(await menus(config, exists)), await hints(probe, dialplan.trunks)];
}

/** Whether the dialplan has a context; `undefined` when it is not told. */
async function contextExists(probe: Probe, context: string): Promise<boolean | undefined> {
  const value = await probe.value(`DIALPLAN_EXISTS(${context})`);
  return value === '1' || value === '0' ? value === '1' : undefined;
}

type Exists = (context: string) => Promise<boolean | undefined>;

/** Some of a preset's names must exist, and all of those that were written in the file. */
async function lists(dialplan: Config['dialplan'], exists: Exists): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const key of ['internal', 'ivr', 'feedback', 'voicemail'] as const satisfies readonly ListKey[]) {
    const names = dialplan[key].filter((name) => !name.includes('*'));
    const isWritten = dialplan[key].join() !== presets[dialplan.preset][key].join();
    const there: string[] = [];
    const missing: string[] = [];
    for (const name of names) ((await exists(name)) === true ? there : missing).push(name);
    const mend = `[dialplan] ${key} in api.conf: the contexts that Asterisk has (asterisk -rx "dialplan show")`;
    if (isWritten && missing.length > 0)
      findings.push(fail(`[dialplan] ${key}: Asterisk has no context ${missing.join(', ')}`, mend));
    else if (there.length > 0) findings.push(ok(`[dialplan] ${key}: ${there.join(', ')}`));
    else if (names.length === dialplan[key].length && key === 'internal') {
      findings.push(fail(`[dialplan] internal: Asterisk has none of ${names.join(', ')}`, mend));
    }
  }
  return findings;
}

/** The contexts of the menus that have a name: by the patterns of `[dialplan] ivr`. */
async function menus({ ivr, dialplan }: Config, exists: Exists): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const id of ivr.keys()) {
    const contexts = [id, ...dialplan.ivr.filter((name) => name.includes('*')).map((name) => name.replaceAll('*', id))];
    const found = await Promise.all(contexts.map(exists));
    if (found.includes(true)) continue;
    const mend = `a menu is known by its context: one of ${contexts.join(', ')}`;
    findings.push(warn(`[ivr] ${id}: Asterisk has no such menu`, mend));
  }
  return ivr.size === 0 || findings.length > 0 ? findings : [ok(`[ivr]: all ${ivr.size} menus are there`)];
}

/**
 * Whether every phone has a hint that watches it. A phone is an endpoint whose name is a number and that is no trunk.
 */
async function hints(probe: Probe, trunks: readonly string[]): Promise<Finding> {
  const states = await probe.list('ExtensionStateList');
  const known = new Set(states.map((state) => state.get('Exten')));
  // A softphone has no hint of its own where that of somebody's extension watches it.
  const watched = new Set(states.flatMap((state) => state.get('Hint').toLowerCase().split(/[&,]/)));
  const endpoints = await Promise.all(
    (
      [
        ['PJSIPShowEndpoints', 'PJSIP'],
        ['SIPpeers', 'SIP'],
      ] as const
    ).map(async ([list, technology]) =>
      (await probe.list(list)).map((item) => ({ name: item.get('ObjectName'), technology })),
    ),
  );
  const without = endpoints
    .flat()
    .filter(({ name, technology }) => /^\d{2,8}$/.test(name) && !trunks.includes(`${technology}/${name}`))
    .filter(({ name, technology }) => !known.has(name) && !watched.has(`${technology}/${name}`.toLowerCase()))
    .sort((a, b) => Number(a.name) - Number(b.name));
  const [first = { name: '808', technology: 'PJSIP' }] = without;
  if (known.size > 0 && without.length === 0) return ok(`hints: ${known.size}`);
  const example = `exten => ${first.name},hint,${first.technology}/${first.name}`;
  const mend = `extensions.conf, in the context of the phones: ${example}; then: asterisk -rx "dialplan reload"`;
  if (known.size === 0) return warn('hints: there are none, extensionstatus is never pushed', mend);
  const names = without.map(({ name }) => name);
  const named = names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ', …' : '');
  return warn(`hints: none for ${named}: their state is not pushed`, mend);
}
