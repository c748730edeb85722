/** One contender in a process of its own: `contender.ts <name> <port>` prints the CPU it took, in µs. */
import { contenders } from './contenders.ts';
import { size, stream } from './stream.ts';

const [name = '', port = ''] = process.argv.slice(2);
const contender = contenders[name];
if (contender === undefined) throw new Error(`no contender ${name}`);

let before: NodeJS.CpuUsage | undefined;
contender({ port: Number(port), bytes: stream(size).bytes }, (mark) => {
  if (mark === 'BenchBegin') {
    before = process.cpuUsage();
    return;
  }
  if (before === undefined) throw new Error(`${name} ended before it began`);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${user + system}\n`);
  process.exit();
});
