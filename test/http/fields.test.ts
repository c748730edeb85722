import t from 'tap';
import { mergeFields, parseForm, parseJson, readParams } from '../../src/http/fields.ts';
import * as params from '../../src/http/params.ts';

void t.test('fields of forms and JSON', (t) => {
  const form = (text: string): unknown => Object.fromEntries(parseForm(text));
  t.strictSame(form('queue=630&member=808&state=on'), { queue: ['630'], member: ['808'], state: ['on'] });
  t.strictSame(form('&a&b=&=c&a=1%2B2+3&a=%E5%AF%86&d=e=f'), {
    a: ['', '1+2 3', '密'],
    b: [''],
    '': ['c'],
    d: ['e=f'],
  });
  for (const bad of ['a=%', 'a=%zz', '%ff=1', 'a=%c3%28', 'a=%ED%A0%80']) {
    t.throws(() => parseForm(bad), { status: 400, message: 'bad percent-encoding' }, bad);
  }
  t.strictSame(Object.fromEntries(parseJson('{"a":1,"b":["x"],"__proto__":"c"}').entries())['a'], [1]);
  for (const bad of ['', '{', '[]', '"a"', '1', 'null', '{"a":1}x', "{'a':1}"]) {
    t.throws(() => parseJson(bad), { status: 400, message: /JSON/ }, bad);
  }
  const merged = mergeFields(parseForm('a=1&b=2'), parseForm('b=3'));
  t.strictSame(
    [...merged],
    [
      ['a', ['1']],
      ['b', ['2', '3']],
    ],
  );
  t.end();
});

void t.test('parameters are checked by name before anything happens', (t) => {
  const declared = { queue: params.queue, state: params.state, limitSec: params.optional(params.limitSec) };
  const read = (text: string): unknown => readParams(declared, parseForm(text));
  const json = (value: unknown): unknown => readParams(declared, parseJson(JSON.stringify(value)));
  t.strictSame(read('queue=630&state=on&extra=1&extra=2'), { queue: '630', state: 'on', limitSec: undefined });
  t.strictSame(read('queue=630&state=off&limitSec=86400'), { queue: '630', state: 'off', limitSec: 86400 });
  t.strictSame(read('queue=630&state=off&limitSec='), { queue: '630', state: 'off', limitSec: undefined });
  t.strictSame(json({ queue: 630, state: 'on', limitSec: 5, extra: [{}] }), { queue: '630', state: 'on', limitSec: 5 });
  t.throws(() => read('state=on'), { status: 400, message: 'missing parameter: queue' });
  t.throws(() => read('queue=&state=on'), { status: 400, message: 'missing parameter: queue' });
  t.throws(() => read('queue=630&queue=630&state=on'), { status: 400, message: 'parameter queue is given 2 times' });
  t.throws(() => read('queue=630&state=ON'), { status: 400, message: 'parameter state must be on or off' });
  for (const limitSec of ['86401', '-1', '1.5', '1e3', '0x10', ' 1', '00000001']) {
    t.throws(
      () => json({ queue: '1', state: 'on', limitSec }),
      { status: 400, message: /^parameter limitSec must be a whole number from 1 to 86400, or 0 for no limit$/ },
      limitSec,
    );
  }
  for (const queue of [['630'], { a: 1 }, true, null, 1.5, 2 ** 53]) {
    t.throws(() => json({ queue, state: 'on' }), { status: 400, message: 'parameter queue must be a string' });
  }
  t.end();
});

void t.test('a list is read however clients send one', (t) => {
  const declared = { dst: params.list(params.extension, 3) };
  const read = (text: string): unknown => readParams(declared, parseForm(text));
  const json = (dst: unknown): unknown => readParams(declared, parseJson(JSON.stringify({ dst })));
  const both = { dst: ['801', '802'] };
  for (const form of ['dst=801&dst=802', 'dst[]=801&dst[]=802', 'dst=801&dst%5B%5D=802', 'dst=801%2C802']) {
    t.strictSame(read(form), both, form);
  }
  t.strictSame(read('dst=801,%20802,'), both);
  t.strictSame(read('dst=801&dst=802,801'), both, 'each once');
  t.strictSame(read('dst%5B%5D=801'), { dst: ['801'] });
  t.strictSame(json(['801', 802]), both);
  t.strictSame(json('801,802'), both);
  t.strictSame(json(801), { dst: ['801'] });
  for (const none of ['', 'dst=', 'dst=,&dst[]=']) t.throws(() => read(none), { message: 'missing parameter: dst' });
  t.throws(() => json([]), { status: 400, message: 'missing parameter: dst' });
  const refused = { status: 400, message: /^parameter dst must be 1 to 3 values, each of 1 to 40 of/ };
  for (const bad of ['dst=801,a b', 'dst=801&dst=80*', 'dst=1,2,3,4', 'dst=1,1,1,1']) {
    t.throws(() => read(bad), refused, bad);
  }
  for (const bad of [[['801']], { a: 1 }, [null], [true], [1.5]]) {
    t.throws(() => json(bad), { status: 400, message: 'parameter dst must be a string' }, JSON.stringify(bad));
  }
  t.end();
});

void t.test('contract §4, §5.2 what is empty, a list, or refused with its reason', (t) => {
  const declared = {
    extensions: params.optional(params.list(params.extension, 3)),
    limitSec: params.optional(params.limitSec),
    number: params.optional(params.blacklistNumber),
  };
  const read = (text: string): Record<string, unknown> => readParams(declared, parseForm(text));
  const json = (value: unknown): Record<string, unknown> => readParams(declared, parseJson(JSON.stringify(value)));
  t.equal(read('limitSec=0')['limitSec'], 0);
  t.equal(json({ limitSec: 0 })['limitSec'], 0);
  t.same(read('extensions%5B0%5D=801&extensions%5B1%5D=802')['extensions'], ['801', '802'], 'as PHP writes it');
  t.same(read('extensionsX[]=801&extensions[a]=1&extensions]=2')['extensions'], undefined);
  t.throws(() => read('number=8x'), {
    status: 400,
    message: /^parameter number must be a number: .*: it holds letters$/,
  });
  t.end();
});

void t.test('a + that begins a number in a form may have been meant as one; in JSON a space is a space', (t) => {
  const declared = {
    number: params.optional(params.blacklistNumber),
    extension: params.optional(params.extension),
    clientUserId: params.optional(params.clientUserId),
  };
  const read = (text: string): Record<string, unknown> => readParams(declared, parseForm(text));
  for (const form of ['number=+4930123456', 'number=++49', 'number=+%2049', 'number=+(49)']) {
    t.throws(
      () => read(form),
      { status: 400, message: 'parameter number begins with a space: in a form, + is sent as %2B' },
      form,
    );
  }
  t.equal(read('number=%2B4930123456')['number'], '+4930123456');
  t.equal(read('number=+%2B49+30')['number'], '+4930', 'a space before a +');
  t.equal(read('number=%20030+123')['number'], '030123');
  t.equal(readParams(declared, parseJson('{"number":" 030 123"}')).number, '030123');
  t.equal(read('extension=+801')['extension'], '801', 'an extension has no +');
  t.equal(read('clientUserId=+a')['clientUserId'], ' a');
  t.end();
});
