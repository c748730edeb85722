/** Extensions as a record has them in the file: each between two spaces, so that one is found in it; `null`: nobody. */
export function ownersText(extensions: readonly string[]): string | null {
  // No extension has a space. What has one is no extension, and must not look like several.
  const known = extensions.filter((extension) => /^\S+$/.test(extension));
  return known.length === 0 ? null : ` ${known.join(' ')} `;
}
