const prefix = 'whsec_';

/** A receiver's secret is not in a form that `signingKey` takes. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * The key that signs a receiver's pushes: the bytes of `whsec_<base64>`, or of any other text as it is. `undefined` for
 * `''`: pushes are not signed. Throws SecretError if no base64 follows `whsec_`.
 */
export function signingKey(secret: string): Buffer | undefined {
  if (secret === '') return undefined;
  if (!secret.startsWith(prefix)) return Buffer.from(secret);
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, 'base64');
  // Buffer skips what is not base64: a key that lost half of its text would sign, and never verify.
  if (key.length === 0 || key.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    throw new SecretError(`a secret that begins with ${prefix} goes on in base64`);
  }
  return key;
}
