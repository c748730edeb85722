import type { Config } from '../../config/config.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { isTrue, type Probe } from './probe.ts';

/** What the account must be allowed to read: without one of them, some events never come. */
const wantedReads = ['system', 'call', 'agent', 'cdr', 'dialplan', 'dtmf'];
/** What it must be allowed to write, each with an action that is listed for an account that is. */
const wantedWrites = [
  ['system', 'DBPut'],
  ['call', 'Redirect'],
  ['agent', 'QueuePause'],
  ['originate', 'Originate'],
] as const;
/** Without it all but conferences works. The action is one that Asterisk always has, listed for `config` too. */
const listRight = ['reporting', 'ShowDialPlan'] as const;

/** What the account on the manager interface may do, as Asterisk itself says. */
export async function rightsFindings(probe: Probe, { username }: Config['ami']): Promise<Finding[]> {
  const commands = await probe.action('ListCommands');
  const account = await probe.section('manager.conf', username);
  const reload = 'then: asterisk -rx "manager reload"';
  return [
    ...writes((name) => commands.get(name) !== '', username, reload),
    reads(account?.get('read'), username, reload),
    timestamps(await probe.section('manager.conf', 'general'), reload),
  ];
}

function writes(may: (action: string) => boolean, username: string, reload: string): Finding[] {
  const missing = wantedWrites.flatMap(([right, action]) => (may(action) ? [] : [right]));
  const [right, listing] = listRight;
  const all = [...wantedWrites.map(([wanted]) => wanted), right].join(',');
  const mend = `[${username}] of manager.conf: write = ${all}; ${reload}`;
  const findings: Finding[] = [];
  if (missing.length > 0) findings.push(fail(`rights to write: ${missing.join(',')} missing`, mend));
  else if (may(listing)) findings.push(ok(`rights to write: ${all}`));
  if (!may(listing)) findings.push(warn(`rights to write: ${right} missing: conferences cannot be listed`, mend));
  if (may('Command')) findings.push(warn('rights to write: command, by which a shell can be had', mend));
  return findings;
}

function reads(read: string | undefined, username: string, reload: string): Finding {
  const all = wantedReads.join(',');
  if (read === undefined) {
    return warn('rights to read: not told', `[${username}] of manager.conf wants: read = ${all}`);
  }
  const given = new Set(read.toLowerCase().split(/[\s,]+/));
  const missing = wantedReads.filter((right) => !given.has(right) && !given.has('all'));
  if (missing.length === 0) return ok(`rights to read: ${all}`);
  return fail(
    `rights to read: ${missing.join(',')} missing`,
    `[${username}] of manager.conf: read = ${all}; ${reload}`,
  );
}

function timestamps(general: ReadonlyMap<string, string> | undefined, reload: string): Finding {
  if (general === undefined)
    return warn('timestampevents: not told', '[general] of manager.conf wants: timestampevents = yes');
  if (isTrue(general.get('timestampevents'))) return ok('timestampevents is on');
  return warn(
    'timestampevents is off: durations are computed from when events arrive',
    `[general] of manager.conf: timestampevents = yes; ${reload}`,
  );
}
