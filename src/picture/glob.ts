const compiled = new Map<string, RegExp>();

/** Whether a text matches one of the patterns, in which `*` stands for anything (api.conf, `[dialplan]`). */
export function glob(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    if (!pattern.includes('*')) return pattern === text;
    let expression = compiled.get(pattern);
    if (expression === undefined) {
      const source = pattern
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*');
      expression = new RegExp(`^${source}$`, 's');
      compiled.set(pattern, expression);
    }
    return expression.test(text);
  });
}
