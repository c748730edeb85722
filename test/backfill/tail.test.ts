import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import type { Test } from 'tap';
import type { Position } from '../../src/backfill/position.ts';
import { beginning } from '../../src/backfill/position.ts';
import { Tail } from '../../src/backfill/tail.ts';
import { FakeLog } from '../push/fakes.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';

/** A log in a folder of its own, as Asterisk, logrotate and people treat it, and the tail that follows it. */
class World {
  readonly dir = makeTemp();
  readonly path = join(this.dir, 'queue_log');
  readonly log = new FakeLog();
  readonly got: string[] = [];
  written: string[] = [];
  position: Position = beginning(0);
  tail: Tail;
  #line = 0;
  #rotations = 0;
  /** Seconds; each change of a file is later than the one before. */
  #time = 1_000_000_000;

  constructor() {
    this.tail = this.#follow();
  }

  get now(): number {
    return this.#time * 1000;
  }

  #follow(): Tail {
    return new Tail(this.path, this.position, this.log, () => this.now);
  }

  #touch(path: string): void {
    this.#time += 10;
    utimesSync(path, this.#time, this.#time);
  }

  write(lines: number, size: number): void {
    for (let n = 0; n < lines; n++) {
      // As in Asterisk's own lines, no two ends are alike.
      const line = `${'x'.repeat(size)}|${++this.#line}`;
      this.written.push(line);
      appendFileSync(this.path, `${line}\n`);
    }
    this.#touch(this.path);
  }

  /** A line in two parts, read in between. */
  async writeTorn(): Promise<void> {
    const line = `${++this.#line}|torn`;
    this.written.push(line);
    appendFileSync(this.path, line.slice(0, -2));
    this.#touch(this.path);
    await this.read();
    appendFileSync(this.path, `${line.slice(-2)}\n`);
    this.#touch(this.path);
  }

  /** As logrotate does: the older ones move up, the log becomes .1, and is begun anew or not. */
  rotate(how: 'rename' | 'create' | 'copy' | 'date', isPacked: boolean): void {
    if (!existsSync(this.path)) return;
    const target = how === 'date' ? `${this.path}-2026${String(1000 + ++this.#rotations)}` : `${this.path}.1`;
    if (how !== 'date') {
      for (let n = 9; n >= 1; n--) {
        for (const end of ['', '.gz']) {
          if (existsSync(`${this.path}.${n}${end}`))
            renameSync(`${this.path}.${n}${end}`, `${this.path}.${n + 1}${end}`);
        }
      }
    }
    const before = this.#time;
    if (how === 'copy') {
      copyFileSync(this.path, target);
      utimesSync(target, before, before);
      truncateSync(this.path);
      this.#touch(this.path);
    } else {
      renameSync(this.path, target);
      if (how === 'create') {
        writeFileSync(this.path, '');
        this.#touch(this.path);
      }
    }
    if (!isPacked) return;
    writeFileSync(`${target}.gz`, gzipSync(readFileSync(target)));
    utimesSync(`${target}.gz`, before, before);
    rmSync(target);
  }

  async read(): Promise<void> {
    for await (const { lines, position } of this.tail.read()) {
      this.got.push(...lines);
      this.position = position;
    }
  }

  /** Another process goes on. */
  restart(): void {
    this.tail = this.#follow();
  }

  dispose(): void {
    removeTemp(this.dir);
  }
}

async function inWorld(fn: (world: World) => Promise<void>): Promise<void> {
  const world = new World();
  try {
    await fn(world);
  } finally {
    world.dispose();
  }
}

/** What a line is told by; its length is only there to fill the file. */
const numberOf = (line: string): string => line.replace(/^x*/, '');

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      lines: fc.integer({ min: 1, max: 5 }),
      size: fc.constantFrom(0, 20, 400, 40_000),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'read' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'torn' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('rotate' as const),
      how: fc.constantFrom('rename' as const, 'create' as const, 'copy' as const),
      isPacked: fc.boolean(),
    }),
  },
);

void t.test('a log is read once and in order, over rotation, truncation and restarts', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), (steps) =>
      inWorld(async (world) => {
        for (const one of steps) {
          switch (one.do) {
            case 'write':
              world.write(one.lines, one.size);
              break;
            case 'read':
              await world.read();
              break;
            case 'torn':
              await world.writeTorn();
              break;
            case 'restart':
              world.restart();
              break;
            case 'rotate':
              world.rotate(one.how, one.isPacked);
          }
        }
        await world.read();
        assert.deepEqual(world.got.map(numberOf), world.written.map(numberOf));
      }),
    ),
    { numRuns: 200 },
  );
  t.pass();
});

/** Steps of a story, and what was read. */
async function story(
  t: Test,
  fn: (world: World) => Promise<void> | void,
  wanted?: (world: World) => string[],
): Promise<World['log']> {
  let log = new FakeLog();
  await inWorld(async (world) => {
    await fn(world);
    await world.read();
    t.strictSame(world.got, wanted?.(world) ?? world.written);
    log = world.log;
  });
  return log;
}

void t.test('a first start begins at the end', async (t) => {
  await story(
    t,
    async (world) => {
      world.write(3, 10);
      world.position = await Tail.end(world.path, world.now);
      world.restart();
      world.write(2, 10);
    },
    (world) => world.written.slice(3),
  );
  await story(t, async (world) => {
    world.position = await Tail.end(world.path, world.now);
    world.restart();
    await world.read();
    world.write(2, 10);
  });
});

void t.test('Asterisk goes on in the old file until it is told to open the new one', async (t) => {
  await story(t, async (world) => {
    world.write(2, 10);
    await world.read();
    world.rotate('create', false);
    await world.read();
    const late = '3|written into what is queue_log.1 now';
    appendFileSync(`${world.path}.1`, `${late}\n`);
    world.written.push(late);
    await world.read();
    world.write(2, 10);
  });
});

void t.test('names with dates, several rotations in a row, and files that are none of the log', async (t) => {
  await story(t, async (world) => {
    writeFileSync(`${world.path}.bak`, 'nothing\n');
    writeFileSync(`${world.path}_2`, 'nothing\n');
    world.write(2, 10);
    await world.read();
    for (let n = 0; n < 3; n++) {
      world.write(2, 10);
      world.rotate('date', n === 1);
    }
    world.restart();
    world.write(1, 10);
  });
});

void t.test('what was read is gone: it is said, and the log is read anew', async (t) => {
  const log = await story(
    t,
    async (world) => {
      world.write(5, 10);
      await world.read();
      rmSync(world.path);
      world.write(2, 10);
      const found = [];
      for await (const { doubtful } of world.tail.read()) found.push(doubtful);
      t.strictSame(found, [world.position.at], 'lines that are older may have been read before');
      world.restart();
    },
    (world) => world.written,
  );
  t.match(log.lines.join('\n'), /what was read of it last is gone/);
});

void t.test('a line without end is passed over', async (t) => {
  const log = await story(
    t,
    async (world) => {
      world.write(1, 10);
      appendFileSync(world.path, 'y'.repeat(200_000));
      await world.read();
      appendFileSync(world.path, `${'y'.repeat(100_000)}\n`);
      world.write(1, 10);
    },
    (world) => world.written,
  );
  t.match(log.lines.join('\n'), /a line of more than 65536 bytes is passed over/);
});

void t.test('a file that may not be read is an error, and later it is read', async (t) => {
  await story(t, async (world) => {
    world.write(1, 10);
    await world.read();
    world.rotate('rename', false);
    // A folder by that name: even root cannot read it as a file.
    const { mkdirSync } = await import('node:fs');
    mkdirSync(world.path);
    await t.rejects(world.read());
    rmSync(world.path, { recursive: true });
    world.write(1, 10);
  });
});

void t.test('a log whose folder is not there yet is empty, and is read once it is there', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  const path = join(dir, 'asterisk/queue_log');
  const tail = new Tail(path, await Tail.end(path, 0), new FakeLog(), () => 0);
  const read = async (): Promise<string[]> => {
    const got: string[] = [];
    for await (const { lines } of tail.read()) got.push(...lines);
    return got;
  };
  t.strictSame(await read(), []);
  mkdirSync(join(dir, 'asterisk'));
  writeFileSync(path, 'a\nb\n');
  t.strictSame(await read(), ['a', 'b']);
});
