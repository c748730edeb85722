/** An architecture that packages are made for, by its names at Node, Debian and GNU. */
export interface Arch {
  readonly node: 'x64' | 'arm64';
  readonly debian: 'amd64' | 'arm64';
  readonly triplet: string;
}

/** All of them. */
export const archs: readonly Arch[] = [
  { node: 'x64', debian: 'amd64', triplet: 'x86_64-linux-gnu' },
  { node: 'arm64', debian: 'arm64', triplet: 'aarch64-linux-gnu' },
];

/** The program of binutils that works on binaries of this architecture, whatever machine this is. */
export function toolFor({ node, triplet }: Arch, name: 'strip' | 'readelf'): string {
  return node === process.arch ? name : `${triplet}-${name}`;
}
