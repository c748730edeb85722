import t from 'tap';
import type { Party } from '../../src/picture/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, none, settings } from './messages.ts';

/** Three channels of one call; Asterisk's connected line is the company's number. */
const channels = ['1', '2', '3'].map((id) =>
  channel(`SIP/80${id}-${id}`, id, {
    ...{ Linkedid: '1', CallerIDNum: `80${id}`, CallerIDName: `Agent 80${id}` },
    ...{ ConnectedLineNum: '0300', ConnectedLineName: 'Company' },
  }),
);
const [first, second, third] = channels;
const company = { num: '0300', name: 'Company' };

function newPicture(): Picture {
  const endpoints = ['801', '802', '803'].map((name) => ({ technology: 'SIP', name, address: 'registers' }) as const);
  const picture = new Picture(settings);
  picture.resync({ ...none, endpoints }, 0);
  for (const one of channels) picture.apply(event('Newchannel', one), 0);
  return picture;
}

const shown = (picture: Picture, id: string): Party => picture.otherSideOf(picture.channels.get(id)!);

void t.test('the other side is the party that is talked to, called, or calling', (t) => {
  const picture = newPicture();
  t.same(shown(picture, '1'), company, 'nobody yet: what Asterisk says');
  picture.apply(event('DialBegin', { ...first, DestUniqueid: '2', DestCallerIDNum: '802' }), 0);
  t.equal(shown(picture, '2').num, '801', 'the caller');
  t.equal(shown(picture, '1').num, '802', 'the callee');
  picture.apply(event('DialBegin', { ...first, DestUniqueid: '3', DestCallerIDNum: '803' }), 0);
  t.same(shown(picture, '1'), company, 'one of several');
  picture.apply(event('DialEnd', { DestUniqueid: '3', DialStatus: 'ANSWER' }), 0);
  const areFacing = (when: string): void => {
    t.equal(shown(picture, '1').num, '803', `the one that answered, ${when}`);
    t.equal(shown(picture, '3').num, '801', `the caller, ${when}`);
  };
  areFacing('before they talk');
  picture.apply(event('BridgeEnter', { ...third, BridgeUniqueid: 'b' }), 0);
  areFacing('when the callee waits in the bridge');
  picture.apply(event('BridgeEnter', { ...first, BridgeUniqueid: 'b' }), 0);
  areFacing('when they talk');
  t.same(shown(picture, '1'), { num: '803', name: 'Agent 803' }, 'the one that answered');
  t.same(shown(picture, '3'), { num: '801', name: 'Agent 801' });
  picture.apply(event('BridgeEnter', { ...second, BridgeUniqueid: 'b' }), 0);
  t.same(shown(picture, '1'), company, 'one of several in a conference');
  t.end();
});

void t.test('who has left a conversation, or was called by nobody, is what Asterisk says', (t) => {
  const picture = newPicture();
  picture.apply(event('DialBegin', { ...first, DestUniqueid: '2', DestCallerIDNum: '802' }), 0);
  picture.apply(event('DialEnd', { DestUniqueid: '2', DialStatus: 'ANSWER' }), 0);
  for (const one of [first, second]) picture.apply(event('BridgeEnter', { ...one, BridgeUniqueid: 'b' }), 0);
  for (const one of [first, second]) picture.apply(event('BridgeLeave', { ...one, BridgeUniqueid: 'b' }), 0);
  t.same([shown(picture, '1'), shown(picture, '2')], [company, company], 'handed on, each by itself');

  const clicked = newPicture();
  clicked.apply(event('DialBegin', { DestUniqueid: '1', DestConnectedLineNum: '90804' }), 0);
  t.equal(shown(clicked, '1').num, '90804', 'the number to be dialled, while it rings');
  clicked.apply(event('DialEnd', { DestUniqueid: '1', DialStatus: 'ANSWER' }), 0);
  t.same(shown(clicked, '1'), company, 'answered');
  t.end();
});
