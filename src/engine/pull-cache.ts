import type { Catalog } from '../catalog/index.js';
import type { PullPlan } from '../plan/index.js';
import type { PreparedPull } from '../runtime/index.js';
import type { SqlType } from '../types/index.js';
import type { Access } from './access.js';
import type { ResultColumn } from './engine.js';

/** A pull query as it was planned against a catalog, compiled. */
export class CachedPull {
  /** One list for all executions: what is made from it is made once. */
  readonly columns: readonly ResultColumn[];
  private users = 0;
  private isEvicted = false;

  constructor(
    readonly catalog: Catalog,
    readonly plan: PullPlan,
    readonly pull: PreparedPull,
    /** Set where other keys of this type may be looked up with it. */
    readonly keyType: SqlType | null,
    /** The rights it takes to read it. */
    readonly access: readonly Access[],
  ) {
    this.columns = plan.output.map(({ column, isKey }) => ({ name: column.name, type: column.type, isKey }));
  }

  /** Keeps the compiled form until the returned function is called. */
  use(): () => void {
    this.users += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.users -= 1;
      this.closeWhenUnused();
    };
  }

  evict(): void {
    this.isEvicted = true;
    this.closeWhenUnused();
  }

  private closeWhenUnused(): void {
    if (this.isEvicted && this.users === 0) this.pull.close();
  }
}

/** Compiled pull queries by text, the newest ones. One that was planned against another catalog is planned again. */
export class PullCache {
  private readonly entries = new Map<string, CachedPull>();

  constructor(private readonly capacity: number) {}

  get(key: string, catalog: Catalog): CachedPull | null {
    const found = this.entries.get(key);
    return found !== undefined && found.catalog === catalog ? found : null;
  }

  set(key: string, entry: CachedPull): void {
    this.entries.get(key)?.evict();
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size <= this.capacity) return;
    for (const [oldest, each] of this.entries) {
      each.evict();
      this.entries.delete(oldest);
      return;
    }
  }

  clear(): void {
    for (const each of this.entries.values()) each.evict();
    this.entries.clear();
  }
}
