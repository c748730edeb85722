import t from 'tap';
import { ConfigError, parseConfig, type Loaded } from '../../src/config/parse.ts';
import { serviceLevels } from '../../src/settings.ts';

const parse = (text: string): Loaded => parseConfig(text, 'api.conf');
function problems(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

void t.test('service levels by queue, as Asterisk compares their names', (t) => {
  const { config: levels, warnings } = parse('[service_level]\n* = 30\n630 = 15\nSales 王 = 3600 ; seconds');
  t.strictSame(
    [...levels.serviceLevel],
    [
      ['*', 30],
      ['630', 15],
      ['sales 王', 3600],
    ],
  );
  t.strictSame(warnings, []);
  const of = serviceLevels(() => levels);
  t.strictSame([of('630'), of('SALES 王'), of('631')], [15, 3600, 30]);
  t.equal(serviceLevels(() => parse('').config)('630'), 20);
  t.match(problems('[service_level]\n630 = soon'), [
    /^api\.conf:2: \[service_level\] 630: "soon" is not a whole number from 1 to 3600 \(seconds\)$/,
  ]);
  t.match(problems(`[service_level]\n${'q'.repeat(81)} = 20`), [/the key is not the name of a queue, or \*/]);
  t.match(problems('[service_level]\n630 ='), [/"" is not a whole number/]);
  t.end();
});
