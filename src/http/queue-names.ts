import { namesIn } from './fields.ts';
import { list, text, type Param } from './params.ts';

/** Characters of the longest name. */
const longest = 80;
// Whatever Asterisk may call a queue: it is compared and nothing else.
const one = text(`[^\\u0000-\\u001f\\u007f]{1,${longest}}`, `up to ${longest} characters`);

/**
 * Names of queues to compare with, of up to `most` queues. Names may hold commas, and commas join names: what is sent is
 * one name if `isListed` by Asterisk. Otherwise it is taken for several, and for one too: the queue may come yet, as all
 * of them do after a start.
 */
export function queueNames(isListed: (name: string) => boolean, most: number): Param<readonly [string, ...string[]]> {
  const fits = (name: string): boolean => one.read(name) !== undefined;
  return {
    ...list(one, most),
    readAll: (sent) => {
      const names = [...new Set(sent)].flatMap((value) => (isListed(value) ? [value] : namesIn(value)));
      if (names.length > most || !names.every(fits)) return undefined;
      const [first, ...others] = new Set([...sent.filter(fits), ...names]);
      return first === undefined ? undefined : [first, ...others];
    },
  };
}
