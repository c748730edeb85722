import fc from 'fast-check';
import t from 'tap';
import { formatLink, linkSeconds, playPath, readLink, type LinkClaims } from '../../src/http/recording-link.ts';
import { roles } from '../../src/users/identity.ts';

const key = Buffer.alloc(32, 7);
const now = 1_795_000_000_000;
const claims: LinkClaims = {
  name: '2026/11/28/q-630 王+1.wav',
  until: now / 1000 + 60,
  maker: { name: 'anna', role: 'agent' },
};

/** Reads a link as the server does. */
function read(link: string, at = now, secret = key): ReturnType<typeof readLink> {
  const url = new URL(link, 'http://box');
  const { until = '', by = '', signature = '' } = Object.fromEntries(url.searchParams);
  return readLink(secret, url.pathname.slice(playPath.length), { until, by, signature }, at);
}

void t.test('a link says what it was made of, until it is over or the secret is another', (t) => {
  const link = formatLink(key, claims);
  t.match(
    link,
    /^\/coocenter-api\/recordings\/play\/2026\/11\/28\/q-630%20%E7%8E%8B%2B1\.wav\?until=\d+&by=agent%3Aanna&/,
  );
  t.strictSame(read(link), claims);
  t.strictSame(read(link, claims.until * 1000 - 1), claims);
  t.equal(read(link, claims.until * 1000), 'over');
  t.equal(read(link, now, Buffer.alloc(32, 8)), 'wrong');
  t.equal(read(link, claims.until * 1000 - 86_400_000 - 600_001), 'over', 'made while the clock was far ahead');
  t.equal(readLink(key, '%zz', { until: '1', by: 'agent:', signature: 'x' }, now), 'wrong');
  t.end();
});

void t.test('any name, maker and time', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((name) => /^[^/.\\\t\r\n]/.test(name)),
      fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 64 }), role: fc.constantFrom(...roles) }),
      fc.integer({ min: 1, max: linkSeconds.most }),
      (name, maker, ttl) => {
        const made = { name: `a/${name}`, until: now / 1000 + ttl, maker: { ...maker } };
        t.strictSame(read(formatLink(key, made)), made);
      },
    ),
  );
  t.end();
});

void t.test('every byte counts: a link with one byte altered, added or taken away is none of ours', (t) => {
  const link = formatLink(key, claims);
  const { href } = new URL(link, 'http://box');
  const same = (other: string): boolean => {
    try {
      const url = new URL(other, 'http://box');
      const was = new URL(href);
      // `%2b` is `%2B` (RFC 3986 §6.2.2.1), and a browser writes some paths shorter.
      const isPath = decodeURIComponent(url.pathname) === decodeURIComponent(was.pathname);
      const told = (one: URL): string =>
        JSON.stringify(['until', 'by', 'signature'].map((name) => one.searchParams.get(name)));
      return isPath && told(url) === told(was);
    } catch {
      return false;
    }
  };
  let refused = 0;
  const believed: string[] = [];
  const judge = (altered: string): void => {
    if (!altered.startsWith(playPath) || same(altered)) return;
    refused++;
    let told: ReturnType<typeof read>;
    try {
      told = read(altered);
    } catch {
      return;
    }
    if (told !== 'wrong') believed.push(altered);
  };
  for (let at = playPath.length; at < link.length; at++) {
    for (let byte = 0x21; byte < 0x7f; byte++)
      judge(link.slice(0, at) + String.fromCharCode(byte) + link.slice(at + 1));
    judge(link.slice(0, at) + link.slice(at + 1));
    judge(`${link.slice(0, at)}1${link.slice(at)}`);
  }
  t.strictSame(believed, []);
  t.ok(refused > 10_000, `${refused} are refused`);
  t.end();
});
