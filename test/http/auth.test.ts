import fc from 'fast-check';
import t from 'tap';
import { acceptedDays, authenticate, tokenOf } from '../../src/http/auth.ts';
import { accountsWith } from '../users/made.ts';

void t.test('contract §2: the token is md5 of WEBKEY and day', (t) => {
  // printf %s 'asjdfjklkasdf2018-11-08' | md5sum
  t.equal(tokenOf('asjdfjklkasdf', '2018-11-08'), '12e43b491f2a66422d5ed7f683e06f7e');
  t.strictSame(acceptedDays(new Date(2024, 1, 29, 23, 59, 59)), ['2024-02-28', '2024-02-29', '2024-03-01']);
  t.strictSame(acceptedDays(new Date(2025, 0, 1, 0, 0, 0)), ['2024-12-31', '2025-01-01', '2025-01-02']);
  t.end();
});

void t.test('contract §2: both headers, the neighbouring days, and no other', (t) => {
  const now = new Date(2026, 10, 22, 12);
  const verdict = (headers: Record<string, string>, webkey = 'k'): string => {
    const accounts = accountsWith(
      () => ({ webkey }),
      () => now,
    );
    const found = authenticate(webkey, accounts, headers, now);
    return typeof found === 'object' ? `${found.identity.role} ${found.identity.extension}` : found;
  };
  for (const day of ['2026-11-21', '2026-11-22', '2026-11-23']) {
    t.equal(verdict({ authorization: tokenOf('k', day) }), 'admin ', day);
    t.equal(verdict({ authentication: ` ${tokenOf('k', day).toUpperCase()} ` }), 'admin ', day);
  }
  for (const day of ['2026-11-20', '2026-11-24', '2025-11-22', '']) {
    t.equal(verdict({ authorization: tokenOf('k', day) }), 'wrong', day);
  }
  t.equal(verdict({ authorization: 'Basic eDp5', authentication: tokenOf('k', '2026-11-22') }), 'admin ');
  t.equal(verdict({ authorization: `Bearer ${tokenOf('k', '2026-11-22')}` }), 'admin ', 'contract §5.1');
  t.equal(verdict({ authentication: `bearer  ${tokenOf('k', '2026-11-22')}` }), 'admin ');
  t.equal(verdict({ authorization: `Basic ${tokenOf('k', '2026-11-22')}` }), 'wrong');
  t.equal(verdict({}), 'missing');
  t.equal(verdict({ authorization: '' }), 'wrong');
  t.equal(verdict({ authorization: tokenOf('', '2026-11-22') }), 'wrong');
  t.equal(verdict({ authorization: `${tokenOf('k', '2026-11-22')}0` }), 'wrong');
  t.equal(verdict({}, ''), 'admin ', 'contract §1.1');
  fc.assert(fc.property(fc.string(), (text) => verdict({ authorization: text }) === 'wrong'));
  t.end();
});
