import fc from 'fast-check';
import t from 'tap';
import { attachment } from '../../src/http/content-disposition.ts';

void t.test('RFC 6266: a name for old clients, and the name itself', (t) => {
  t.equal(attachment('2026/11/28/q-630.wav'), `attachment; filename="q-630.wav"; filename*=UTF-8''q-630.wav`);
  t.equal(
    attachment(`a/王"5%'(x)*.wav`),
    `attachment; filename="__5_'(x)*.wav"; filename*=UTF-8''%E7%8E%8B%225%25%27%28x%29%2A.wav`,
  );
  t.end();
});

void t.test('whatever the name: one line of ASCII, from which the name can be read', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }).filter((name) => !name.includes('/')),
      (name) => {
        const [, plain = '', encoded = ''] =
          /^attachment; filename="([ !#-$&-[\]-~]*)"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*)$/.exec(
            attachment(`folder/${name}`),
          ) ?? [];
        t.equal(decodeURIComponent(encoded), name.toWellFormed());
        t.equal(plain.length, Array.from(name).length);
      },
    ),
  );
  t.end();
});
