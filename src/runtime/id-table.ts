const FIRST_CAPACITY = 64;

const places = <T>(length: number, empty: T): T[] => Array.from({ length }, () => empty);

/**
 * Values under numbers that it gives itself. They come and go with every request, and mostly soon: a Map would make its tables anew
 * every few of them, and those outlive young garbage.
 */
export class IdTable<V> {
  private ids = places(FIRST_CAPACITY, -1);
  private found: (V | null)[] = places<V | null>(FIRST_CAPACITY, null);
  private lastId = 0;
  private count = 0;

  /** `id`: not given before, and not 0. */
  add(value: V): number {
    if (this.count * 2 >= this.ids.length) this.grow();
    let id = this.lastId + 1;
    // Where one that stays for long has the place of a number, that number is left out.
    while (this.found[this.placeOf(id)] !== null) id++;
    this.lastId = id;
    this.put(id, value);
    this.count++;
    return id;
  }

  get(id: number): V | undefined {
    const place = this.placeOf(id);
    return this.ids[place] === id ? (this.found[place] ?? undefined) : undefined;
  }

  delete(id: number): void {
    const place = this.placeOf(id);
    if (this.ids[place] !== id) return;
    this.ids[place] = -1;
    this.found[place] = null;
    this.count--;
  }

  *values(): Generator<V> {
    for (const value of this.found) if (value !== null) yield value;
  }

  clear(): void {
    this.ids.fill(-1);
    this.found.fill(null);
    this.count = 0;
  }

  private put(id: number, value: V): void {
    const place = this.placeOf(id);
    this.ids[place] = id;
    this.found[place] = value;
  }

  private placeOf(id: number): number {
    return id % this.ids.length;
  }

  // Numbers with places of their own keep them: the new length is a multiple of the old one.
  private grow(): void {
    const { ids, found } = this;
    this.ids = places(ids.length * 2, -1);
    this.found = places<V | null>(ids.length * 2, null);
    ids.forEach((id, place) => {
      const value = found[place] ?? null;
      if (value !== null) this.put(id, value);
    });
  }
}
