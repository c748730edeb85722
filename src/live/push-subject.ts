import { extensionOn } from '../picture/parties.ts';
import type { Change, Channel, Leg } from '../picture/model.ts';
import type { Picture } from '../picture/picture.ts';

/**
 * Whose a pushed event is, from the change that it tells. Numbers decide nothing, since callers can choose theirs: an
 * event is an extension's if its phone takes part. What is told of a whole call is for those who answered it.
 */
export function extensionsOf(change: Change, { directory }: Pick<Picture, 'directory'>): string[] {
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
      return distinct([change.row.channel, change.row.destinationChannel].map((name) => extensionOn(directory, name)));
    case 'menu':
      return distinct([change.callerPath.callerChannel.extension]);
    case 'call-over':
    case 'call-settled': {
      const { callerChannel, call } = change.callerPath;
      const answered = call.legs.filter(({ isHidden, answeredAt }) => !isHidden && answeredAt !== undefined);
      return distinct([callerChannel.extension, ...answered.map(({ extension }) => extension)]);
    }
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

const ofLeg = ({ extension, source }: Leg): string[] => [extension, source?.extension ?? ''];

/** Its own, and those that it rang or was rung by and talked to. */
function ofChannel(channel: Channel): string[] {
  const talked = channel.call.legs.filter(
    ({ source, destUniqueid, answeredAt, isHidden }) =>
      !isHidden && answeredAt !== undefined && (source === channel || destUniqueid === channel.uniqueid),
  );
  return [channel.extension, ...talked.flatMap(ofLeg)];
}

function distinct(extensions: readonly string[]): string[] {
  return [...new Set(extensions)].filter((extension) => extension !== '');
}
