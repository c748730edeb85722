import { cloudevents } from './cloudevents.ts';
import { coocenter } from './coocenter.ts';
import { coocenter2 } from './coocenter2.ts';
import { coovox } from './coovox.ts';
import type { Format } from './format.ts';

/** Every form in which a receiver may want events, by the name in api.conf: a new one is a new file and a line here. */
export const formats = { coocenter, coocenter2, coovox, cloudevents } as const satisfies Readonly<
  Record<string, Format>
>;
