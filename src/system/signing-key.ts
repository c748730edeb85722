const PREFIX = 'whsec_';

/** A receiver's secret is not what `signingKey` takes. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * The key that signs a receiver's pushes: the bytes behind `whsec_<base64>`, or those of any other text as it is
 * written. `undefined` for `''`: pushes are not signed. Throws SecretError when what follows `whsec_` is no base64.
 */
export function signingKey(secret: string): Buffer | undefined {
  if (secret === '') return undefined;
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret);
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  // Buffer skips what is not base64: a key of which half was skipped would sign, and never verify.
  if (key.length === 0 || key.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    throw new SecretError(`a secret that begins with ${PREFIX} goes on in base64`);
  }
  return key;
}
