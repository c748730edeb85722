import t from 'tap';
import { systemInfoRoutes } from '../../../src/http/routes/systeminfo.ts';
import type { Request } from '../../../src/http/route.ts';

const routes = systemInfoRoutes({ version: '0.1.0' });

async function bodyOf(name: string): Promise<unknown> {
  const route = routes.find(({ path }) => path === `/coocenter-api/systeminfo/${name}`)!;
  const { body } = await route.handle({}, {} as Request);
  return JSON.parse(JSON.stringify(body));
}

void t.test('contract §5.2: how the box does, all of it text', async (t) => {
  t.strictSame(await bodyOf('ping'), { status: 'success' });
  const info = (await bodyOf('system-info')) as Record<string, string>;
  t.strictSame(Object.keys(info), ['systemVer', 'apiKey', 'ftotal', 'fused', 'upTime']);
  t.match(info, {
    systemVer: '0.1.0',
    apiKey: '',
    ftotal: /^\d[\d.]*[KMGTP]$/,
    fused: /^\d[\d.]*[KMGTP]?$/,
    upTime: /^\d+$/,
  });
  const load = (await bodyOf('handle-info')) as Record<string, string>;
  t.strictSame(Object.keys(load), ['cputotal', 'cpuused', 'memtotal', 'memused', 'currenttime']);
  for (const [name, value] of Object.entries(load)) t.match(value, /^[1-9]\d*$/, name);
  t.ok(Math.abs(Number(load['currenttime']) - Date.now() / 1000) < 60);
});
