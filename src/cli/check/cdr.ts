import type { Config } from '../../config/config.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { isTrue, type Probe } from './probe.ts';

/** Whether Asterisk makes call detail records and tells of them. */
export async function cdrFindings(probe: Probe): Promise<Finding[]> {
  const settings = await probe.action('CoreSettings');
  const version = settings.get('AsteriskVersion');
  const findings = [
    version === ''
      ? warn('Asterisk: version not told', 'it needs the right to write system')
      : ok(`Asterisk ${version}`),
  ];
  if (settings.get('CoreCDRenabled') === 'No') {
    findings.push(
      fail(
        'cdr: Asterisk makes no call detail records',
        '[general] of cdr.conf: enable = yes; then: asterisk -rx "core reload"',
      ),
    );
  }
  return [...findings, await manager(probe)];
}

async function manager(probe: Probe): Promise<Finding> {
  const mend =
    '[general] of cdr_manager.conf: enabled = yes; then: asterisk -rx "module reload cdr_manager.so" ' +
    '(or, as root: /usr/lib/coocenter-api/connect-asterisk)';
  const general = await probe.section('cdr_manager.conf', 'general');
  if (general === undefined) return warn('cdr_manager: not told, or there is no cdr_manager.conf', mend);
  if (isTrue(general.get('enabled'))) return ok('cdr_manager is enabled');
  return fail('cdr_manager is not enabled: there are no cdr events', mend);
}

/** How Asterisk writes Master.csv, and whether it is read that way. */
export async function csvFindings(probe: Probe, times: Config['asterisk']['cdrTimes']): Promise<Finding[]> {
  const csv = await probe.section('cdr.conf', 'csv');
  if (csv === undefined) return [];
  const reload = 'then: asterisk -rx "module reload cdr_csv.so"';
  const findings: Finding[] = [];
  if (!isTrue(csv.get('loguniqueid'))) {
    findings.push(
      warn('Master.csv does not say which call a row is of', `[csv] of cdr.conf: loguniqueid = yes; ${reload}`),
    );
  }
  const written = isTrue(csv.get('usegmtime')) ? 'gmt' : 'local';
  if (times !== 'auto' && times !== written) {
    findings.push(
      warn(
        `Master.csv is read as ${times} and written as ${written} (usegmtime)`,
        '[asterisk] cdr_times = auto in api.conf',
      ),
    );
  }
  return findings;
}
