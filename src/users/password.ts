import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** 16 MB while one password is hashed (128 · N · r): the box has little memory, and Asterisk goes first. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
/** Bytes that a hash of the file may take: a wrong line must not make the daemon take more. */
const mostMemory = 32 * 1024 * 1024;
const keyLength = 32;
const saltLength = 16;

/** Characters of a password that a user may have. */
export const passwordLength = { least: 10, most: 200 } as const;

interface Parts {
  readonly options: Required<Pick<ScryptOptions, 'N' | 'r' | 'p'>>;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** A new hash: `scrypt:N:r:p:salt:key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltLength);
  const key = await derive(password, { options: cost, salt });
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/** Whether the password is the one of the hash; without a hash it takes as long, and is not. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const known = hash === undefined ? undefined : parse(hash);
  const parts = known ?? { options: cost, salt: Buffer.alloc(saltLength), key: Buffer.alloc(keyLength) };
  const key = await derive(password, parts);
  return timingSafeEqual(key, parts.key) && known !== undefined;
}

/** Whether a text is a hash that can be checked within the memory of the box. */
export function isPasswordHash(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(hash: string): Parts | undefined {
  const found = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([\w-]{22}):([\w-]{43})$/.exec(hash);
  if (found === null) return undefined;
  const [, n, rounds, parallel, salt = '', key = ''] = found;
  const options = { N: Number(n), r: Number(rounds), p: Number(parallel) };
  if (Math.log2(options.N) % 1 !== 0 || options.N < 2 || options.r < 1 || options.p < 1) return undefined;
  if (128 * options.N * options.r > mostMemory) return undefined;
  return { options, salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

function derive(password: string, { options, salt }: Pick<Parts, 'options' | 'salt'>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters may be written in two ways (NFC, NFD), by two keyboards.
    scrypt(password.normalize('NFC'), salt, keyLength, { ...options, maxmem: 2 * mostMemory }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
