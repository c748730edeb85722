import { AmiError } from '../ami/errors.ts';
import type { Config } from '../config/config.ts';
import { cdrFindings, csvFindings } from './check/cdr.ts';
import { clockFinding } from './check/clock.ts';
import { dialplanFindings } from './check/dialplan.ts';
import { cdrFileOf, fileFindings } from './check/files.ts';
import { inEditableFiles, isGenerated } from './check/editable.ts';
import { fail, ok, warn, type Finding } from './check/finding.ts';
import { loginFinding } from './check/login.ts';
import { Probe } from './check/probe.ts';
import { receiverFindings } from './check/receivers.ts';
import { rightsFindings } from './check/rights.ts';
import { secretFindings } from './check/secrets.ts';
import type { Command } from './command.ts';
import { exit } from './exit.ts';
import { escapeControls } from '../system/control-characters.ts';
import { levelText } from './io.ts';

/** Looks at the configuration, the running Asterisk, files and receivers, and says how to mend what is wrong. */
export const check: Command = async ({ config, warnings, wrongUsers, io }) => {
  const { cdrFiles, queueLog } = config.asterisk;
  const findings = [
    ...warnings.map((text) => warn(text, 'correct that line')),
    ...wrongUsers.map((text) => fail(text, 'correct that line: nobody can sign in by it, and a reload is refused')),
    ...(warnings.length + wrongUsers.length === 0 ? [ok(`${config.file}: no errors`)] : []),
    ...access(config),
    ...secretFindings(config),
    ...(await asteriskFindings(config)),
    ...fileFindings(config),
    clockFinding(Date.now(), [config.file, queueLog, ...cdrFiles]),
    ...(await receiverFindings(config)),
  ];
  const named = isGenerated(config.dialplan.preset) ? inEditableFiles : (mend: string): string => mend;
  for (const { level, text, mend } of findings) {
    const more = mend === undefined ? '' : `      ${escapeControls(named(mend))}\n`;
    await io.out(`${levelText(level, io)}  ${escapeControls(text)}\n${more}`);
  }
  return findings.some(({ level }) => level === 'fail') ? exit.failed : exit.well;
};

function access({ general }: Config): Finding[] {
  if (general.webkey !== '') return [];
  const mend = '[general] WEBKEY in api.conf (with a proxy on this box, whoever reaches that may read the records too)';
  return [warn('no WEBKEY is set: whoever reaches the port may command this box', mend)];
}

async function asteriskFindings(config: Config): Promise<Finding[]> {
  let probe: Probe;
  try {
    probe = await Probe.connect(config.ami);
  } catch (error) {
    if (error instanceof AmiError) return [loginFinding(config.ami, error)];
    throw error;
  }
  const { host, port, username } = config.ami;
  const findings = [ok(`AMI: logged in at ${host}:${port} as ${username}`)];
  try {
    findings.push(...(await rightsFindings(probe, config.ami)), ...(await cdrFindings(probe)));
    if (cdrFileOf(config.asterisk)?.endsWith('/Master.csv') === true)
      findings.push(...(await csvFindings(probe, config.asterisk.cdrTimes)));
    findings.push(...(await dialplanFindings(probe, config)));
  } catch (error) {
    if (!(error instanceof AmiError)) throw error;
    findings.push(fail(`AMI: ${error.message}`, 'Asterisk went away, or does not answer: see its own log'));
  } finally {
    await probe.close();
  }
  return findings;
}
