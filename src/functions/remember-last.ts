/**
 * Makes something from a text (a pattern, an encoding) and keeps it while the same text comes again: once for a constant
 * argument. A text that cannot be used fails at every call, as the failure belongs to the row.
 */
export function rememberLast<T>(make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) };
    return last.made;
  };
}
