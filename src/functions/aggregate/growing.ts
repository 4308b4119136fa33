/**
 * Lists that an aggregate grows in place. States are typed as never changed; these are the ones the aggregate made for itself
 * with `copy` (see `BoundAggregate.inPlace`).
 */
export function own<V>(list: readonly V[]): V[] {
  if (isOwn(list)) return list;
  throw new TypeError('A list is expected');
}

function isOwn<V>(list: readonly V[]): list is V[] {
  return Array.isArray(list);
}

/** Below this many items looking at each is cheaper than keeping an index. */
export const MIN_INDEXED = 16;

/** What is known about growing lists besides their items: made when first asked for, gone with the list. */
export class ListIndex<V, I> {
  private readonly known = new WeakMap<readonly V[], I>();

  constructor(private readonly build: (list: readonly V[]) => I) {}

  of(list: readonly V[]): I {
    let index = this.known.get(list);
    if (index === undefined) {
      index = this.build(list);
      this.known.set(list, index);
    }
    return index;
  }
}
