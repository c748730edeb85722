import t from 'tap';
import { parseForm, readParams } from '../../src/http/fields.ts';
import { optional } from '../../src/http/params.ts';
import { queueNames } from '../../src/http/queue-names.ts';

void t.test('a queue is named whole if Asterisk lists it, else a comma joins several', (t) => {
  const listed = new Set(['a,b', 'c', 'Süd, 2. OG']);
  const declared = { queue: optional(queueNames((name) => listed.has(name), 3)) };
  const read = (text: string): unknown => readParams(declared, parseForm(text)).queue;
  t.strictSame(read('queue=c'), ['c']);
  t.strictSame(read('queue=a,b'), ['a,b'], 'not a, and not b');
  t.strictSame(read(`queue=${encodeURIComponent('Süd, 2. OG')}&queue[]=c`), ['Süd, 2. OG', 'c']);
  t.strictSame(read('queue=c&queue=a,b&queue=c'), ['c', 'a,b'], 'each once');
  t.strictSame(read('queue=c,d'), ['c,d', 'c', 'd'], 'such a queue may come yet');
  t.strictSame(read('queue= c , d,'), ['c , d,', 'c', 'd']);
  t.strictSame(read('queue=x'), ['x'], 'one that is not there');
  for (const none of ['', 'queue=', 'queue=+', 'queue=&queue=,']) t.equal(read(none), undefined, none);
  t.strictSame(read(`queue=${Array<string>(3).fill('8'.repeat(80)).join()}`), ['8'.repeat(80)], 'too long to be one');
  for (const bad of ['queue=1,2,3,4', 'queue=1&queue=2&queue=3&queue=4', `queue=${'8'.repeat(81)}`, 'queue=a%0ab'])
    t.throws(
      () => read(bad),
      { status: 400, message: /^parameter queue must be 1 to 3 values, each of up to 80/ },
      bad,
    );
  t.end();
});
