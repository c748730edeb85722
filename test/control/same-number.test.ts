import fc from 'fast-check';
import t from 'tap';
import { comparedNumber, isSameNumber } from '../../src/control/same-number.ts';

function isSame(one: string, other: string, international = ''): boolean {
  const [a, b] = [comparedNumber(one, international), comparedNumber(other, international)];
  if (a === undefined || b === undefined) return false;
  const same = isSameNumber(a, b);
  if (same !== isSameNumber(b, a)) throw new Error(`${one} and ${other}: not the same both ways`);
  // Numbers are looked up by it.
  if (same && a.bucket !== b.bucket) throw new Error(`${one} and ${other}: in two buckets`);
  return same;
}

void t.test('numbers that are one, as lines show them and people have them', (t) => {
  const groups = [
    ['13800138000', '013800138000', '+8613800138000', '008613800138000', '8613800138000', '138 0013-8000'],
    ['030123456', '+4930123456', '004930123456', '030/123 456', '+49 (0)30 123456', 'tel:+49-30-123456'],
    ['+39 06 6982 1234', '0669821234', '00390669821234'],
    ['+12125550100', '12125550100', '2125550100'],
    ['85322361', '85322361', '(8532) 2361'],
    ['804', '804', '８０４'],
  ];
  for (const group of groups)
    for (const one of group) for (const other of group) t.ok(isSame(one, other), `${one} ${other}`);
  for (const [i, group] of groups.entries())
    for (const other of groups.slice(i + 1).flat())
      for (const one of group) t.notOk(isSame(one, other), `${one} is not ${other}`);
  t.end();
});

void t.test('what is dialled for an outside line', (t) => {
  t.ok(isSame('913800138000', '013800138000'));
  t.ok(isSame('0013800138000', '13800138000'));
  t.notOk(isSame('913800138000', '+8613800138000'), 'nor is everything one that is one with the same');
  t.end();
});

void t.test('numbers that only end alike', (t) => {
  for (const [one, other] of [
    ['65529988', '01065529988'],
    ['01065529988', '02165529988'],
    ['+4930123456', '+4330123456'],
    ['804', '1804'],
    ['804', '0804'],
    ['123456', '030123456'],
    ['+49301234567', '1234567'],
    ['anonymous', 'unknown'],
  ] as const)
    t.notOk(isSame(one, other), `${one} ${other}`);
  t.end();
});

void t.test('what is dialled in place of a + is as api.conf says', (t) => {
  t.ok(isSame('+4930123456', '01149301234 56', '011'));
  t.ok(isSame('030123456', '0114930123456', '011'));
  t.notOk(isSame('+4930123456', '0114930123456', '00'));
  t.notOk(isSame('', '85322361'));
  t.equal(comparedNumber('', ''), undefined);
  t.equal(comparedNumber('a\r\nb', ''), undefined);
  t.end();
});

void t.test('any text', (t) => {
  const number = fc.string({
    unit: fc.constantFrom('+', '0', '1', '2', '3', '4', 'a', '*', '#', ' ', '(', ')'),
    maxLength: 16,
  });
  fc.assert(
    fc.property(number, number, (one, other) => {
      isSame(one, other);
      const compared = comparedNumber(one, '');
      return compared === undefined || isSame(one, one);
    }),
  );
  t.end();
});
