import fc from 'fast-check';
import t from 'tap';
import * as params from '../../src/http/params.ts';

void t.test('the patterns let nothing through that means something to Asterisk', (t) => {
  const dst = params.dst(() => false);
  const features = params.dst(() => true);
  const ok = (param: params.Param<unknown>, text: string): boolean => param.read(text) !== undefined;
  for (const text of ['808', 'a.b_c-D', '8'.repeat(40)]) t.ok(ok(params.extension, text), text);
  for (const text of [
    '8'.repeat(41),
    '8 8',
    '808\n',
    '808\r\nAction: x',
    '8&9',
    '8,9',
    '8/9',
    '８',
    '808@x',
    '8;9',
    '8\0',
  ]) {
    for (const param of [params.extension, params.queue, params.blacklistNumber, dst, features])
      t.notOk(ok(param, text), JSON.stringify(text));
  }
  t.ok(
    ok(params.blacklistNumber, '+86*1#') &&
      !ok(params.blacklistNumber, 'a') &&
      !ok(params.blacklistNumber, '1'.repeat(41)),
  );
  t.ok(ok(dst, '+8613800138000') && !ok(dst, '*55800') && !ok(dst, '1'.repeat(33)));
  t.ok(ok(features, '*55800#') && !ok(features, '*55/800'));
  t.match(features.allowed, /\* #/);
  t.notMatch(dst.pattern, /\*/);
  for (const param of [params.extension, params.blacklistNumber, params.state, params.limitSec, dst, features]) {
    const pattern = new RegExp(`^(?:${param.pattern})$`);
    fc.assert(fc.property(fc.string(), (text) => text === '' || !ok(param, text) || pattern.test(text)));
  }
  t.end();
});
