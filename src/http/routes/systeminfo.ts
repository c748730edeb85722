import { cpuTime, disk, humanSize, memory, uptime } from '../../system/machine.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const base = '/coocenter-api/systeminfo';

/** What these routes need. */
export interface SystemInfoDeps {
  /** Of the daemon, as `GET status` tells it. */
  readonly version: string;
}

const systemSchema = () =>
  is.object({
    systemVer: is.text('version of the daemon'),
    apiKey: is.word([''], 'always empty'),
    ftotal: is.text('size of the root file system, as `df -h` writes it'),
    fused: is.text('how much of it is used'),
    upTime: is.pattern('^[0-9]+$', 'seconds since the box started'),
  });
type SystemInfo = ValueOf<typeof systemSchema>;

const systemSample: SystemInfo = {
  systemVer: '0.1.0+0123456789ab',
  apiKey: '',
  ftotal: '50G',
  fused: '6.2G',
  upTime: '86400',
};

const loadSchema = () =>
  is.object({
    cputotal: is.pattern('^[0-9]+$', 'processor time since the box started, in clock ticks'),
    cpuused: is.pattern('^[0-9]+$', 'how much of it was not idle'),
    memtotal: is.pattern('^[0-9]+$', 'kB'),
    memused: is.pattern('^[0-9]+$', 'kB'),
    currenttime: is.pattern('^[0-9]+$', 'seconds since 1970'),
  });
type Load = ValueOf<typeof loadSchema>;

const loadSample: Load = {
  cputotal: '17280000',
  cpuused: '864000',
  memtotal: '4030412',
  memused: '812344',
  currenttime: '1594799522',
};

async function systemInfo(version: string): Promise<SystemInfo> {
  const [{ total, used }, seconds] = await Promise.all([disk('/'), uptime()]);
  return {
    systemVer: version,
    apiKey: '',
    ftotal: humanSize(total),
    fused: humanSize(used),
    upTime: String(seconds),
  };
}

async function load(): Promise<Load> {
  const [cpu, mem] = await Promise.all([cpuTime(), memory()]);
  return {
    cputotal: String(cpu.total),
    cpuused: String(cpu.used),
    memtotal: String(mem.total),
    memused: String(mem.used),
    currenttime: String(Math.floor(Date.now() / 1000)),
  };
}

/** Contract §5.2: how the box does. They answer while Asterisk is away. */
export function systemInfoRoutes({ version }: SystemInfoDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: `${base}/ping`,
      summary: 'Whether the daemon answers (§5.2)',
      role: 'agent',
      answer: () => ({ ...succeeds(undefined), examples: [success().body] }),
      handle: () => success(),
    }),
    route({
      methods: ['GET'],
      path: `${base}/system-info`,
      summary: 'Version, disk and uptime of the box (§5.2)',
      role: 'supervisor',
      answer: () => ({ description: 'Without status and message', schema: systemSchema(), examples: [systemSample] }),
      handle: async () => ({ body: await systemInfo(version) }),
    }),
    route({
      methods: ['GET'],
      path: `${base}/handle-info`,
      summary: 'Processor, memory and clock of the box (§5.2)',
      role: 'supervisor',
      answer: () => ({ description: 'Without status and message', schema: loadSchema(), examples: [loadSample] }),
      handle: async () => ({ body: await load() }),
    }),
  ];
}
