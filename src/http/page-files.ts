import { readFileSync } from 'node:fs';
import { getAsset, getRawAsset, isSea } from 'node:sea';

/** A file of the pages, as the build has made it: it lies there compressed, under its name and `.gz`. */
export interface PageFile {
  readonly type: string;
  /** The beginning of the hash of what is in it. */
  readonly etag: string;
}

/** All files by their names: `wallboard.html`, and those that it loads, whose names hold a hash of what is in them. */
export interface PageManifest {
  readonly files: Readonly<Record<string, PageFile>>;
}

/** The pages of this build. */
export interface PageFiles {
  /** `undefined`: there is no such file. */
  readonly find: (name: string) => PageFile | undefined;
  /** A file that `find` knows, compressed by gzip. */
  readonly gzip: (name: string) => Buffer;
}

/** What their names begin with in an executable. */
export const assetPrefix = 'pages/';

/** The file that lists them. */
export const manifestName = 'manifest.json';

const none: PageManifest = { files: {} };

/**
 * The pages in the executable, read where they lie: it is mapped, so they take no memory that the system could not take
 * back. From source, and from `dist/`, those that `npm run build` made; before that there are none.
 */
export function builtPages(): PageFiles {
  return isSea() ? inExecutable() : inFolder(folderOfBuild());
}

function inExecutable(): PageFiles {
  let manifest: PageManifest | undefined;
  return {
    find(name) {
      manifest ??= JSON.parse(getAsset(`${assetPrefix}${manifestName}`, 'utf8')) as PageManifest;
      return own(manifest, name);
    },
    gzip: (name) => Buffer.from(getRawAsset(`${assetPrefix}${name}.gz`)),
  };
}

/** Nothing is kept: whoever works on the pages builds them while the daemon runs. `folder` ends with a slash. */
export function inFolder(folder: URL | undefined): PageFiles {
  return {
    find: (name) => own(folder === undefined ? none : manifestIn(folder), name),
    gzip: (name) => readFileSync(new URL(`${name}.gz`, folder)),
  };
}

function own({ files }: PageManifest, name: string): PageFile | undefined {
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

function manifestIn(folder: URL): PageManifest {
  try {
    return JSON.parse(readFileSync(new URL(manifestName, folder), 'utf8')) as PageManifest;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return none;
    throw cause;
  }
}

/** `undefined` where no file tells where it lies: the one file of the package, run by Node itself. */
function folderOfBuild(): URL | undefined {
  const here = import.meta.url;
  return URL.canParse(here) ? new URL('../../dist/pages/', here) : undefined;
}
