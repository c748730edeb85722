import fc from 'fast-check';
import t from 'tap';
import * as params from '../../src/http/params.ts';

const dst = params.dst(
  () => false,
  () => '',
);
const features = params.dst(
  () => true,
  () => '00',
);
const ok = (param: params.Param<unknown>, text: string): boolean => param.read(text) !== undefined;

void t.test('the patterns let nothing through that means something to Asterisk', (t) => {
  for (const text of ['808', 'a.b_c-D', '8'.repeat(40)]) t.ok(ok(params.extension, text), text);
  for (const text of [
    '8'.repeat(41),
    '808\n',
    '808\r\nAction: x',
    '8&9',
    '8,9',
    '8/9',
    'a b',
    '+808',
    '*8',
    '808@x',
    '8;9',
    '8\0',
  ])
    t.notOk(ok(params.extension, text), JSON.stringify(text));
  t.equal(params.extension.read('８０8 '), '808');
  t.match(params.extension.why?.('8,9'), /comma/);
  for (const text of ['808\r\nAction: x', '8&9', '8,9', '808@x', '8;9', '8\0', '8|9', '${X}']) {
    for (const param of [params.blacklistNumber, params.callerId, dst, features])
      t.notOk(ok(param, text), JSON.stringify(text));
  }
  t.equal(params.blacklistNumber.read('+86 (1)*1#'), '+861*1#');
  t.ok(!ok(params.blacklistNumber, 'a') && !ok(params.blacklistNumber, '1'.repeat(41)));
  t.equal(params.callerId.read('+49 30-1'), '+49301');
  t.notOk(ok(params.callerId, '*1'));
  t.ok(ok(dst, '+8613800138000') && !ok(dst, '*55800') && !ok(dst, '1'.repeat(33)));
  t.equal(features.read('*55 800#'), '*55800#');
  t.equal(features.read('+86 138'), '0086138');
  t.match(features.allowed, /\* #/);
  t.notMatch(dst.allowed, /\*/);
  t.match(params.optional(features).allowed, /\* #/);
  for (const text of ['630', 'Sales Team', 'Süd/销售 & "x"', '8'.repeat(80)]) t.equal(params.queue.read(text), text);
  for (const text of ['8'.repeat(81), '8\n', '8\r\nAction: x', '8\0', '\x85', ' 8', '8 ', '\ud800'])
    t.notOk(ok(params.queue, text), JSON.stringify(text));
  const { extension, queue, blacklistNumber, state, limitSec, callerId, clientUserId } = params;
  const extensions = params.list(extension, 3);
  for (const param of [
    extension,
    queue,
    blacklistNumber,
    state,
    limitSec,
    callerId,
    clientUserId,
    extensions,
    dst,
    features,
  ]) {
    const pattern = new RegExp(`^(?:${param.pattern})$`);
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('8', '0', ',', ' ', '+', 'a', '(') }));
    fc.assert(fc.property(text, (one) => one === '' || !ok(param, one) || pattern.test(one)));
  }
  t.end();
});
