import { blacklistCreate, blacklistDelete, blacklistIndex } from '../../control/blacklist.ts';
import { formsOf } from '../../control/number.ts';
import { is } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { blacklistNumber } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';

/** Contract §4.12–§4.13: numbers whose calls the dialplan turns away. */
export function blacklistRoutes(deps: RouteDeps): Route[] {
  const { control, international } = deps;
  const forms = (number: string): readonly string[] => formsOf(number, international());
  const params = { number: blacklistNumber };
  return whileUp(deps, [
    route({
      methods: ['GET'],
      path: '/coocenter-api/blacklist/index',
      summary: 'Blocked numbers (§4.12)',
      answer: () => succeeds(undefined, is.list(is.text()), ['123456']),
      handle: async () => success(undefined, await blacklistIndex(control)),
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/blacklist/create',
      summary: 'Block a number (§4.13)',
      params,
      meanings: { number: 'the number that is turned away, as the line shows it' },
      answer: () => succeeds('Updated database successfully'),
      handle: async ({ number }) => success(await blacklistCreate(control, forms(number))),
    }),
    route({
      methods: ['DELETE'],
      path: '/coocenter-api/blacklist/delete',
      summary: 'Unblock a number (§4.13)',
      params,
      meanings: { number: 'the number that is let in again' },
      answer: () => succeeds('Key deleted successfully'),
      refuses: { 404: ['Database entry could not be deleted'] },
      handle: async ({ number }) => success(await blacklistDelete(control, forms(number))),
    }),
  ]);
}
