import { isIP } from 'node:net';
import { SecretError, signingKey } from '../system/signing-key.ts';
import { roles } from '../users/identity.ts';
import { parseUser, readUserName, userNameAllowed } from '../users/user.ts';

/** How the text of a value is read, and the allowed values in words. */
export interface Kind<T> {
  readonly allowed: string;
  /** Errors do not repeat the value: they end in the log. */
  readonly isSecret?: true;
  /** `undefined`: not allowed. */
  read(text: string): T | undefined;
}

/** Any text, the empty one too. */
export const text: Kind<string> = { allowed: 'a text', read: (value) => value };

/** Text that matches the pattern as a whole, or is empty where `empty` says so. */
export function matching(pattern: RegExp, allowed: string): Kind<string> {
  return { allowed, read: (value) => (pattern.test(value) ? value : undefined) };
}

/** A whole number of a range, both ends included. */
export function integer(low: number, high: number, unit = ''): Kind<number> {
  return {
    allowed: `a whole number from ${low} to ${high}${unit === '' ? '' : ` (${unit})`}`,
    read: (value) => {
      const number = Number(value);
      return /^\d{1,9}$/.test(value) && number >= low && number <= high ? number : undefined;
    },
  };
}

export const port: Kind<number> = integer(1, 65535, 'port');

const words = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['1', true],
  ['no', false],
  ['off', false],
  ['false', false],
  ['0', false],
]);

export const yesNo: Kind<boolean> = { allowed: 'yes or no', read: (value) => words.get(value.toLowerCase()) };

/** One of some words, in any case. */
export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    allowed: `one of ${choices.join(', ')}`,
    read: (value) => choices.find((choice) => choice === value.toLowerCase()),
  };
}

/** A comma-separated list; an empty value is an empty list. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    allowed: `a comma-separated list, each ${item.allowed}`,
    read: (value) => {
      const items: T[] = [];
      for (const part of value.split(',')) {
        if (part.trim() === '') continue;
        const read = item.read(part.trim());
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

/** The kind, or an empty value as `''`. */
export function orEmpty(kind: Kind<string>): Kind<string> {
  return { allowed: `${kind.allowed}, or nothing`, read: (value) => (value === '' ? '' : kind.read(value)) };
}

export const absolutePath: Kind<string> = matching(/^\/\P{Cc}*$/u, 'an absolute path');

/** The file that the value names, alone; an empty value stands for the `usual` ones. */
export function oneFileOf(usual: readonly string[]): Kind<readonly string[]> {
  const file = orEmpty(absolutePath);
  return {
    allowed: file.allowed,
    read: (value) => {
      const path = file.read(value);
      return path === undefined ? undefined : path === '' ? usual : [path];
    },
  };
}

export const address: Kind<string> = {
  allowed: 'an IP address of this box, 0.0.0.0 for all',
  read: (value) => (isIP(value) !== 0 || value === 'localhost' ? value : undefined),
};

/** RFC 1123 names and IP addresses, in lower case. */
export const hostName: Kind<string> = {
  allowed: 'a host name or IP address',
  read: (value) =>
    isIP(value) !== 0 || /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i.test(value) ? value.toLowerCase() : undefined,
};

/** As written: receivers know their boxes by this very text. */
export const macAddress: Kind<string> = matching(
  /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i,
  'a MAC address such as 68:69:2e:03:8b:3e',
);

/** What signs the pushes to a receiver. */
export const signingSecret: Kind<string> = {
  allowed: 'a text, or whsec_ and base64',
  isSecret: true,
  read: (value) => {
    try {
      signingKey(value);
      return value;
    } catch (error) {
      if (error instanceof SecretError) return undefined;
      throw error;
    }
  },
};

/** Headers that say what the request is, how it is sent, or that it is ours: nobody else sets them. */
const ownHeaders =
  /^(content-(type|length|encoding|transfer-encoding)|transfer-encoding|host|connection|keep-alive|proxy-connection|te|trailer|upgrade|expect|user-agent|webhook-.*|x-coocenter-.*)$/i;

/** The name of a header (RFC 9110 §5.1) that a receiver may want besides our own. */
export const headerName: Kind<string> = {
  allowed: 'the name of a header that is not set already',
  read: (value) => (/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(value) && !ownHeaders.test(value) ? value : undefined),
};

/** The value of a header: a key, most often. */
export const headerValue: Kind<string> = {
  ...matching(/^[\x20-\x7e]{1,4096}$/, 'up to 4096 printable ASCII characters'),
  isSecret: true,
};

/** What a program sends as `Bearer`: long, since it does not change by itself; what a header can hold and ini leaves alone. */
export const bearerToken: Kind<string> = {
  ...orEmpty(matching(/^[A-Za-z0-9._~+/=-]{16,200}$/, '16 to 200 of A-Z a-z 0-9 . _ ~ + / = -')),
  isSecret: true,
};

/** Where something is posted to. */
export const httpUrl: Kind<URL | undefined> = {
  allowed: 'a URL that begins with http:// or https:// and holds no white space',
  read: (value) => (/^https?:\/\/\S+$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined),
};

/** What the agent's toolbar opens; also an address of a desktop CRM (`crm://…`), but never a script. */
export const popUrl: Kind<string> = {
  allowed: 'a URL without white space; it may hold ${caller}, ${called}, ${queue}, ${uuid}',
  read: (value) => {
    if (/\s|\p{Cc}/u.test(value) || /^(javascript|data|vbscript):/i.test(value)) return undefined;
    const unknown = value.replaceAll(/\$\{(caller|called|queue|uuid)\}/g, '').includes('${');
    return unknown ? undefined : value;
  },
};

/** `*`, `none`, or origins as a browser sends them (RFC 6454), joined by commas. */
export const origins: Kind<string> = {
  allowed: '*, none, or origins such as https://crm.example, joined by commas',
  read: (value) => {
    const parts = value.split(',').map((part) => part.trim().toLowerCase());
    if (value === '' || value === '*' || value === 'none') return value;
    return parts.every((part) => /^[a-z][a-z0-9+.-]*:\/\/[^\s/,]+$/.test(part)) ? parts.join(',') : undefined;
  },
};

/** An origin that may be named in `frame-ancestors` and be a target of `postMessage`: as browsers write it. */
export const pageOrigin: Kind<string> = {
  allowed: 'an origin such as https://crm.example',
  read: (value) => {
    const url = /^https?:\/\/[^\s/?#,;'"*@\\]+\/?$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
    return url?.origin;
  },
};

/** Name of a dialplan context; Asterisk's limit is 79 bytes. */
export const context: Kind<string> = matching(/^[^\s,*[\]]{1,79}$/, 'one context of the dialplan');

/** Context or device name in which `*` matches anything. */
export const pattern: Kind<string> = matching(/^[^\s,[\]]{1,79}$/, 'a name in which * matches anything');

/** `<technology>/<resource>` as Dial() takes it, or several joined by `&`. */
export const devices: Kind<string> = matching(
  /^[A-Za-z0-9_]+\/[^\s,&]{1,79}(&[A-Za-z0-9_]+\/[^\s,&]{1,79}){0,15}$/,
  'a device such as SIP/808 or DAHDI/3, or several joined by &',
);

/** Extension or agent number. */
export const extension: Kind<string> = matching(/^[0-9A-Za-z_.-]{1,40}$/, 'up to 40 of 0-9 A-Z a-z _ . -');

/**
 * What agents choose from. In a pause, `wrap-up` means after-call work (contract §1.2): a person's pause of that name could
 * not be told from it.
 */
export const code: Kind<string> = matching(
  /^(?!wrap-up$)[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$/i,
  '1 to 40 of 0-9 A-Z a-z _ . -, not beginning with _ . or -, and not wrap-up',
);

/** A queue as Asterisk names it; `*`: any. */
export const queueOrAll: Kind<string> = matching(/^\P{Cc}{1,80}$/u, 'the name of a queue, or *');

/** A name to sign in by. */
export const userName: Kind<string> = { allowed: userNameAllowed, read: readUserName };

/** What stands behind a user's name. */
export const user: Kind<string> = {
  allowed: `${roles.join(', ')}; an extension (or nothing, but for an agent); what coocenter-api user writes, joined by commas`,
  isSecret: true,
  read: (value) => (typeof parseUser('x', value) === 'string' ? undefined : value),
};
