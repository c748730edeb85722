import { readFile, statfs } from 'node:fs/promises';

/** Processor time since the machine started, in its clock ticks. */
export interface CpuTime {
  readonly total: number;
  /** What was not idle. */
  readonly used: number;
}

/** Memory in kB. */
export interface Memory {
  readonly total: number;
  /** What no program could have without another giving it back. */
  readonly used: number;
}

/** A file system, in bytes. */
export interface Disk {
  readonly total: number;
  readonly used: number;
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal (proc(5); the rest is part of these). */
export function cpuTimeIn(stat: string): CpuTime {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (
    /^cpu +([\d ]+)$/m.exec(stat)?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  const used = user + nice + system + irq + softirq + steal;
  return { total: used + idle + iowait, used };
}

/** What /proc/meminfo says. */
export function memoryIn(meminfo: string): Memory {
  const of = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? 0);
  const total = of('MemTotal');
  return { total, used: total - of('MemAvailable') };
}

/** Bytes as `df -h` writes them: powers of 1024, rounded up, with one decimal below 10 (`6.2G`, `50G`). */
export function humanSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let [size, unit] = [bytes, 0];
  const rounded = (): number => (unit > 0 && size <= 9.9 ? Math.ceil(size * 10) / 10 : Math.ceil(size));
  while (rounded() >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  const text = rounded();
  return `${unit > 0 && text < 10 ? text.toFixed(1) : text}${units[unit] ?? ''}`;
}

export async function cpuTime(): Promise<CpuTime> {
  return cpuTimeIn(await readFile('/proc/stat', 'utf8'));
}

export async function memory(): Promise<Memory> {
  return memoryIn(await readFile('/proc/meminfo', 'utf8'));
}

/** Of the file system that holds a path. */
export async function disk(path: string): Promise<Disk> {
  const { blocks, bfree, bsize } = await statfs(path);
  return { total: blocks * bsize, used: (blocks - bfree) * bsize };
}

/** Seconds since the machine started. */
export async function uptime(): Promise<number> {
  return Math.floor(Number.parseFloat(await readFile('/proc/uptime', 'utf8')));
}
