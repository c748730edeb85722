import type { LoggedCall } from '../backfill/logged-call.ts';
import { extensionOn } from '../picture/parties.ts';
import type { CallerPath, Change, Channel, Leg } from '../picture/model.ts';
import type { Directory } from '../picture/directory.ts';
import type { Picture } from '../picture/picture.ts';
import { partner } from '../picture/talks.ts';
import type { CcCdrBody } from './cc_cdr-body.ts';

/** What this is judged by. */
export interface Around {
  readonly directory: Picture['directory'];
}

/**
 * Whose a pushed event is, from the change that it tells. Callers can choose their numbers, so these decide nothing: an
 * event is an extension's if its phone takes part, or if a call was for it and nobody else took it. What is told of a
 * whole call is for who made it, talked to the caller, or was the queue's last choice.
 */
export function extensionsOf(change: Change, { directory }: Around): string[] {
  switch (change.type) {
    case 'dial-begin':
    case 'dial-answer':
    case 'dial-end':
      return distinct(ofLeg(change.leg));
    case 'hangup':
      return distinct(ofChannel(change.channel));
    case 'extension-status':
      return [change.exten];
    case 'cdr':
      return distinct(ofRow(change, directory));
    case 'menu':
      return distinct([change.callerPath.callerChannel.extension]);
    case 'call-over':
    case 'call-settled':
      return distinct(ofCall(change.callerPath, directory));
    case 'recording-complete':
      return distinct(change.recording.agents);
    case 'agent-state':
      return [change.agent];
    case 'missed-call':
      return [...change.whose];
    case 'disposition':
      return distinct([change.disposition.extension]);
    case 'recording-begun':
    case 'call-gone':
    case 'new-channel':
    case 'bridge-enter':
    case 'agent-login':
    case 'agent-logoff':
    case 'member-pause':
    case 'member-removed':
    case 'outdated':
    case 'originate-response':
      return [];
  }
}

function ofRow({ row, direction }: Extract<Change, { type: 'cdr' }>, directory: Directory): string[] {
  const [caller = '', callee = ''] = [row.channel, row.destinationChannel].map((name) => extensionOn(directory, name));
  const isTaken = row.disposition === 'ANSWERED' && callee !== '';
  const isFor = direction !== 'outbound' && !isTaken && directory.isExtension(row.destination);
  return [caller, callee, isFor ? row.destination : ''];
}

/** Those who were asked for advice, and did not talk to the caller, have no part in it. */
function ofCall({ callerChannel, call, agent, lastRung }: CallerPath, directory: Directory): string[] {
  const answered = call.legs.filter(
    ({ source, isHidden, answeredAt }) => source === callerChannel && !isHidden && answeredAt !== undefined,
  );
  const talked = callerChannel.talks.map((talk) => partner(talk, callerChannel));
  const member = agent || (lastRung?.member ?? '');
  return [
    callerChannel.extension,
    ...[...answered, ...talked].map(({ extension }) => extension),
    directory.isExtension(member) ? member : '',
  ];
}

const ofLeg = ({ extension, source }: Leg): string[] => [extension, source?.extension ?? ''];

/** Its own, and those that it rang or was rung by and talked to. */
function ofChannel(channel: Channel): string[] {
  const talked = channel.call.legs.filter(
    ({ source, destUniqueid, answeredAt, isHidden }) =>
      !isHidden && answeredAt !== undefined && (source === channel || destUniqueid === channel.uniqueid),
  );
  return [channel.extension, ...talked.flatMap(ofLeg)];
}

/** Whose the record of a call is that was found in Asterisk's logs: who made it, answered it, or was rung last. */
export function extensionsOfLogged(
  { rows }: Pick<LoggedCall, 'rows'>,
  { agentCode, agents }: Pick<CcCdrBody, 'agentCode' | 'agents'>,
  { directory }: Around,
): string[] {
  const people = [agentCode, ...agents.map(({ agent }) => agent)].filter((agent) => directory.isExtension(agent));
  return distinct([extensionOn(directory, rows?.channel ?? ''), ...people]);
}

function distinct(extensions: readonly string[]): string[] {
  return [...new Set(extensions)].filter((extension) => extension !== '');
}
