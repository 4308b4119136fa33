/** Start of the first of the windows that hold time `t` (t ≥ 0); the others follow at `advanceMs` while start ≤ t. Windows begin at multiples of the advance from epoch 0. */
export function firstWindowStart(t: number, sizeMs: number, advanceMs: number): number {
  const from = t - sizeMs + advanceMs;
  return from <= 0 ? 0 : from - (from % advanceMs);
}
