/** Copies a text; whether it did. Browsers have a clipboard for pages by https only, and not for frames. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'hidden';
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way that is left to them
    const isDone = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return isDone;
  }
}
