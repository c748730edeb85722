/** A number as people read it aloud, where that is sure: mobile numbers of China by 3, 4 and 4 digits. */
export function grouped(number: string): string {
  return number.replace(/^(1\d{2})(\d{4})(\d{4})$/, '$1 $2 $3');
}
