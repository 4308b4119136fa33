/** Exit codes: 0 done, 1 a statement failed, 2 wrong use, 3 no connection or no data folder, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;
