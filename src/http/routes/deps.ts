import type { Control } from '../../control/control.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Registration } from '../../snapshot/registrations.ts';
import type { Route } from '../route.ts';

/** What the contract's routes need. */
export interface RouteDeps {
  readonly control: Control;
  readonly picture: Picture;
  /** Where the phones are registered. */
  readonly registrations: () => Promise<readonly Registration[]>;
  /** `[dialplan] dial_features`: whether dst may hold `*` and `#`. */
  readonly dialFeatures: () => boolean;
  /** `[dialplan] international`: what is dialled in place of a leading `+`. */
  readonly international: () => string;
  /** Throws 503 with Retry-After while the picture is not Asterisk's. */
  readonly requireUp: () => void;
}

/** These routes speak of Asterisk: while it is away they say so instead of telling what was. */
export function whileUp({ requireUp }: Pick<RouteDeps, 'requireUp'>, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({
    ...route,
    needsAsterisk: true,
    handle: (values, request) => {
      requireUp();
      return route.handle(values, request);
    },
  }));
}
