/** Extensions that have a phone: `800` to `805`. 803 has no hint, 804 is qualified, the calls to 802 are recorded. */
export const extensions = ['800', '801', '802', '803', '804', '805'] as const;
export type Extension = (typeof extensions)[number];

/** The SIP password of an extension. */
export function passwordOf(extension: string): string {
  return `pw${extension}`;
}
