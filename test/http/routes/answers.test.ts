import t from 'tap';
import { allRoutes } from '../../../src/http/routes/list.ts';
import { wrongWith } from '../../openapi/valid.ts';

// What the routes need is touched when they are used; here they are only read.
const routes = allRoutes({ dialFeatures: () => false, international: () => '' } as unknown as Parameters<
  typeof allRoutes
>[0]);

void t.test('every route says what it answers, with a sample where that is JSON', (t) => {
  const silent = routes.filter((route) => {
    const answers = route.answers();
    return (
      answers.length === 0 || answers.some(({ type, examples = [] }) => type === undefined && examples.length === 0)
    );
  });
  t.strictSame(
    silent.map(({ methods, path }) => `${methods.join(', ')} ${path}`),
    [],
  );
  t.end();
});

void t.test('the samples are as their schemas say', (t) => {
  for (const route of routes) {
    for (const { schema = {}, examples = [] } of route.answers()) {
      for (const example of examples) t.equal(wrongWith(schema, example), '', route.path);
    }
  }
  t.end();
});
