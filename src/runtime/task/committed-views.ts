import { partitionForKey } from '../../broker/index.js';
import type { Partitioner } from '../options.js';
import { CommittedLookup, type LikelyPlace } from './committed-lookup.js';
import { CommittedView, type CommittedTable } from './committed-table.js';
import { unregistered } from './exchange-codec.js';
import { keyWriter, Scratch, type SerdeContext } from './record-encoder.js';
import type { TaskStore } from './task-store.js';

/** The committed content of a session's stores, by name; every view lives from one commit to the next. */
export class CommittedViews {
  private readonly views = new Map<string, CommittedView>();
  private readonly lookups = new Map<string, CommittedLookup>();
  private readonly places = new Map<string, LikelyPlace>();

  constructor(
    private readonly stores: () => readonly TaskStore[],
    private readonly serde: SerdeContext,
    private readonly partitioner: Partitioner | null,
  ) {}

  /** The rows by key, always those of the last commit: from memory, and from the store what memory has let go. Waits for no write of it. */
  byKey(name: string): CommittedLookup {
    let lookup = this.lookups.get(name);
    if (lookup === undefined) {
      const stores = this.stores().filter((store) => store.name === name);
      lookup = new CommittedLookup(stores.map(({ rows }) => (key) => rows.committed(key)), this.placeOf(name, stores), stores[0]?.spec.layout.kind);
      this.lookups.set(name, lookup);
    }
    return lookup;
  }

  /** Null: nobody has read the store since the last commit. */
  known(name: string): CommittedTable | null {
    return this.views.get(name)?.use() ?? null;
  }

  use(name: string): CommittedTable {
    let view = this.views.get(name);
    if (view === undefined) {
      const stores = this.stores().filter((store) => store.name === name);
      view = new CommittedView(stores.map(({ spec, store, rows, sortKey }) => ({ spec, store, table: rows, sortKey })), this.placeOf(name, stores));
      this.views.set(name, view);
    }
    return view.use();
  }

  /** A commit is going to change the stores, or they are going to be closed. */
  retire(): void {
    for (const view of this.views.values()) view.retire();
    this.views.clear();
  }

  private placeOf(name: string, stores: readonly TaskStore[]): LikelyPlace {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    const [first] = stores;
    const place: LikelyPlace = first === undefined ? () => 0 : this.likelyPlace(first, stores.length);
    this.places.set(name, place);
    return place;
  }

  /** Where the default partitioner puts a key, were all partitions here. */
  private likelyPlace({ spec }: TaskStore, partitions: number): LikelyPlace {
    const columns = spec.keyTypes.map((type, index) => ({ name: spec.store.keyColumns[index]?.name ?? `K${index}`, type }));
    const writer = keyWriter(this.serde, unregistered(spec.store.formats.key), '', columns, null);
    const partition = this.partitioner ?? partitionForKey;
    const scratch = new Scratch();
    return (key) => {
      scratch.position = 0;
      return writer.write(key, scratch) ? partition(scratch.buffer, 0, scratch.position, partitions) : 0;
    };
  }
}
