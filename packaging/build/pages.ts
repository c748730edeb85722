/** `npm run build` and the packages: makes the pages of `src/web` into files as they are served. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { assetPrefix, manifestName, type PageFile, type PageManifest } from '../../src/http/page-files.ts';
import { root } from './run.ts';

/** Where the daemon looks for them when it runs from source or from `dist/`. */
export const pagesDir = join(root, 'dist/pages');

const web = join(root, 'src/web');

const typeOf: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
};

/** A page and what it loads at once. */
interface Entry {
  readonly page: string;
  readonly script: string;
  readonly style: string | undefined;
  /** Scripts that the first one imports: they are fetched at the same time. */
  readonly chunks: readonly string[];
}

/**
 * Makes every page that has a `src/web/<page>/main.tsx`, compressed, into `dir`: the same sources give the same bytes.
 * Names of scripts and styles hold a hash of what is in them; the manifest comes last.
 */
export async function buildPages(dir = pagesDir): Promise<PageManifest> {
  const mains = globSync('*/main.tsx', { cwd: web }).sort();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(mains.map((main) => [dirname(main), join(web, main)])),
    outdir: dir,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2022', 'chrome100', 'firefox100', 'safari15.4'],
    minify: true,
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  const contents = new Map(outputFiles.map(({ path, contents: bytes }) => [basename(path), Buffer.from(bytes)]));
  const icon = readFileSync(join(web, 'icon.svg'));
  const iconName = `icon-${hashOf(icon).slice(0, 8)}.svg`;
  contents.set(iconName, icon);
  for (const entry of entriesOf(metafile)) contents.set(`${entry.page}.html`, Buffer.from(shell(entry, iconName)));
  const files: Record<string, PageFile> = {};
  mkdirSync(dir, { recursive: true });
  for (const [name, bytes] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // zlib writes neither name nor time.
    put(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    files[name] = { type: typeOf[name.replace(/^.*\./, '')] ?? '', etag: hashOf(bytes).slice(0, 16) };
  }
  const manifest: PageManifest = { files };
  put(join(dir, manifestName), JSON.stringify(manifest));
  for (const name of readdirSync(dir)) {
    const isOurs = name === manifestName || name.replace(/\.gz$/, '') in files || name.endsWith('.part');
    if (!isOurs) rmSync(join(dir, name), { force: true });
  }
  return manifest;
}

/** The pages in a folder, by the names that they have in an executable. */
export function assetsIn(dir: string): Record<string, string> {
  const names = readdirSync(dir).filter((name) => !name.endsWith('.part'));
  return Object.fromEntries(names.sort().map((name) => [`${assetPrefix}${name}`, join(dir, name)]));
}

/** Readers never see half a file. */
function put(file: string, bytes: Buffer | string): void {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(bytes))) return;
  writeFileSync(`${file}.${process.pid}.part`, bytes);
  renameSync(`${file}.${process.pid}.part`, file);
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function entriesOf({ outputs }: Metafile): Entry[] {
  return Object.entries(outputs).flatMap(([path, { entryPoint, cssBundle }]) => {
    if (!entryPoint?.endsWith('/main.tsx')) return [];
    const chunks = new Set<string>();
    const follow = (from: string): void => {
      for (const { path: to, kind } of outputs[from]?.imports ?? []) {
        if (kind !== 'import-statement' || chunks.has(to)) continue;
        chunks.add(to);
        follow(to);
      }
    };
    follow(path);
    return [
      {
        page: basename(dirname(relative(web, join(root, entryPoint)))) || basename(dirname(entryPoint)),
        script: basename(path),
        style: cssBundle === undefined ? undefined : basename(cssBundle),
        chunks: [...chunks].map((chunk) => basename(chunk)),
      },
    ];
  });
}

/** What a page is before its script runs: nothing inline, so that the policy can forbid whatever is. */
function shell({ page, script, style, chunks }: Entry, icon: string): string {
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>coocenter ${page}</title>`,
    `<link rel="icon" href="/assets/${icon}">`,
    ...(style === undefined ? [] : [`<link rel="stylesheet" href="/assets/${style}">`]),
    ...chunks.map((chunk) => `<link rel="modulepreload" href="/assets/${chunk}">`),
    `<script type="module" src="/assets/${script}"></script>`,
    '<body>',
    '<div id="app"></div>',
    '<noscript>This page needs JavaScript. 此页面需要 JavaScript。</noscript>',
  ];
  return `${lines.join('\n')}\n`;
}

if (import.meta.main) await buildPages();
