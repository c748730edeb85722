import fc from 'fast-check';
import t from 'tap';
import { clientUserVariable, decodeClientUserId, encodeClientUserId } from '../../src/picture/client-user-id.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, settings } from './messages.ts';

void t.test('any id goes through a channel variable and means nothing to Asterisk', (t) => {
  const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }).filter((text) => !/\p{Cc}/u.test(text));
  fc.assert(
    fc.property(id, (text) => {
      const value = encodeClientUserId(text);
      t.match(value, /^[\w.~%-]+$/);
      return decodeClientUserId(value) === text;
    }),
  );
  for (const strange of ['', 'a b', '%', '%ff', '%0A', 'a'.repeat(769)])
    t.equal(decodeClientUserId(strange), '', strange);
  t.end();
});

void t.test('contract §5.2 clientUserId belongs to the call, whatever becomes of its channels', (t) => {
  const picture = new Picture(settings);
  const noted = (Uniqueid: string, Value: string): void => {
    picture.apply(event('VarSet', { Uniqueid, Variable: clientUserVariable, Value }), 0);
  };
  picture.apply(event('Newchannel', channel('SIP/800-1', '1')), 0);
  noted('1', 'u%207');
  picture.apply(event('Newchannel', { ...channel('SIP/801-2', '2'), Linkedid: '1' }), 0);
  noted('2', 'other');
  picture.apply(event('Hangup', channel('SIP/800-1', '1')), 0);
  t.equal(picture.callOf('2')?.clientUserId, 'u 7', 'the call of who was called, when src is gone');
  picture.apply(event('Newchannel', channel('SIP/802-3', '3')), 0);
  t.equal(picture.callOf('3')?.clientUserId, '', 'no other call has it');
  t.ok(picture.wantsVariable(clientUserVariable));
  t.end();
});
