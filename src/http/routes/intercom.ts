import { intercom, mostPaged, page } from '../../control/intercom.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { actingExtension, onlyOwn } from '../own.ts';
import { extension, list, optional } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';

const plugin = '/coocenter-api/plugin-asterisk';

/** Contract §5.2: calls to phones that answer by themselves. */
export function intercomRoutes(deps: RouteDeps): Route[] {
  const { control } = deps;
  return whileUp(deps, [
    route({
      methods: ['POST'],
      path: `${plugin}/extension/click-intercom`,
      summary: 'Ring src, then call dst, whose phone answers by itself (§5.2)',
      role: 'agent',
      params: { src: optional(extension), dst: extension },
      meanings: {
        src: 'the extension that is rung first; without it that of who signed in',
        dst: 'the extension whose phone answers by itself',
      },
      answer: () => succeeds('clickToIntercom extension success'),
      refuses: {
        ...onlyOwn,
        404: ['Extension does not exist.'],
        409: ['extension … is in a call', 'extension … has no phone that is registered and can answer by itself'],
      },
      handle: async (values, { identity }) => {
        await intercom(control, actingExtension(identity, 'src', values.src), values.dst);
        return success('clickToIntercom extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: `${plugin}/paging/click-paging`,
      summary: 'Ring src, then call all of dst, whose phones answer by themselves and hear src (§5.2)',
      role: 'agent',
      params: { src: optional(extension), dst: list(extension, mostPaged) },
      meanings: {
        src: 'the extension that is rung first; without it that of who signed in',
        dst: 'the extensions whose phones answer by themselves and hear src',
      },
      answer: () => succeeds('clickToPaging success'),
      refuses: {
        ...onlyOwn,
        404: ['Extension does not exist.'],
        409: ['all of dst are in a call', 'none of dst has a phone that is registered and can answer by itself'],
      },
      handle: async (values, { identity }) => {
        await page(control, actingExtension(identity, 'src', values.src), values.dst);
        return success('clickToPaging success');
      },
    }),
  ]);
}
