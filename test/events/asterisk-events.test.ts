import t from 'tap';
import { asteriskEventsOf } from '../../src/events/asterisk-events.ts';
import { eventsOf } from '../../src/events/list.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { Change } from '../../src/picture/model.ts';
import { lab, mac, readTranscript } from '../oracle/replay.ts';

const transcript = readTranscript('22-pjsip', 'inbound-menu-queue');
const context = { mac, monitorDir: '/', ivrNames: new Map<string, string>() };

function changesOf(tellsAsterisk: boolean): Change[] {
  const picture = new Picture({ ...lab.picture, tellsAsterisk });
  picture.expectSnapshot();
  picture.resync(transcript.start, 0);
  return transcript.events.flatMap((message) => picture.apply(message, 0));
}

void t.test("contract §5.4: Asterisk's own events only while a receiver wants them", (t) => {
  const plain = changesOf(false);
  const telling = changesOf(true);
  const only = ['new-channel', 'bridge-enter', 'agent-login', 'agent-logoff'];
  t.strictSame(
    plain.map(({ type }) => type),
    telling.map(({ type }) => type).filter((type) => !only.includes(type)),
  );
  const told = { ...context, tellsAsterisk: true };
  const pushes = telling.flatMap((change) => asteriskEventsOf(change, told));
  const count = (event: string): number => pushes.filter(({ body }) => body.event === event).length;
  t.strictSame(
    ['Newchannel', 'DialBegin', 'BridgeEnter', 'Hangup', 'AgentLogin', 'AgentLogoff'].map(count),
    [2, 1, 2, 2, 1, 0],
  );
  t.ok(pushes.every((push) => push.class === 'signal' && push.extra === undefined));
  t.strictSame(
    telling.flatMap((change) => asteriskEventsOf(change, context)),
    [],
  );
  t.end();
});

void t.test('a row has what coovox needs only while a receiver wants it', (t) => {
  const extras = (tellsAsterisk: boolean): unknown[] =>
    changesOf(tellsAsterisk)
      .flatMap((change) => eventsOf(change, { ...context, tellsAsterisk }))
      .flatMap(({ body, extra }) => (body.event === 'cdr' ? [extra] : []));
  t.strictSame(extras(false), [undefined, undefined]);
  t.match(extras(true), [{ Channel: /^PJSIP\/trunk-/ }, { Channel: /^PJSIP\/trunk-/ }]);
  t.end();
});
