/**
 * A recording's path below `monitor_dir` as events carry it (contract §4.14): control characters and characters with a
 * meaning in URLs are percent-encoded, since a caller's name may contain them.
 */
export function encodeRecordingPath(path: string): string {
  return path.replaceAll(/[\p{Cc}%?#\\]/gu, encodeURIComponent);
}
