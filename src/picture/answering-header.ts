/** The header by which phones of most makers answer by themselves (contract §5.2, click-intercom, click-paging). */
export const callInfo = '<sip:intercom>;answer-after=0';

/** As a part of a PJSIP address: only a dialplan could set it on a channel that Dial() makes. */
export const answeringHeader = `?Call-Info=${encodeURIComponent(callInfo)}`;

/** A dial string as it is without that: what else stands behind a `?` is the dialplan's own. */
export function withoutAnsweringHeader(dialString: string): string {
  return dialString.endsWith(answeringHeader) ? dialString.slice(0, -answeringHeader.length) : dialString;
}
