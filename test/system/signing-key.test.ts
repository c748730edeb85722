import t from 'tap';
import { SecretError, signingKey } from '../../src/system/signing-key.ts';

void t.test('a secret is plain text or whsec_ and base64', (t) => {
  t.equal(signingKey(''), undefined, 'unsigned');
  t.strictSame(signingKey('plain # text'), Buffer.from('plain # text'));
  t.strictSame(signingKey('whsec_AAEC'), Buffer.from([0, 1, 2]));
  t.strictSame(signingKey('whsec_AAE='), signingKey('whsec_AAE'), 'with and without padding');
  for (const bad of ['whsec_', 'whsec_A', 'whsec_ not base64', 'whsec_AAEC!'])
    t.throws(() => signingKey(bad), SecretError, bad);
  t.end();
});
