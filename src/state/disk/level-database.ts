import type { ClassicLevel, Snapshot } from 'classic-level';
import { StateError, assert } from '../../errors/index.js';
import type { Batch, ByteRange, DatabasePage, DatabaseSnapshot, OpenDatabaseOptions, OrderedDatabase, PageReader } from './ordered-database.js';

const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

class LevelSnapshot implements DatabaseSnapshot {
  readonly options: typeof BUFFERS & { readonly snapshot: Snapshot };
  constructor(readonly inner: Snapshot) {
    this.options = { ...BUFFERS, snapshot: inner };
  }
  close(): Promise<void> {
    return this.inner.close();
  }
}

function own(snapshot: DatabaseSnapshot): LevelSnapshot {
  assert(snapshot instanceof LevelSnapshot, 'a snapshot is read from the database that made it');
  return snapshot;
}

class LevelDatabase implements OrderedDatabase {
  constructor(private readonly level: ClassicLevel<Buffer, Buffer>) {}

  get isOpen(): boolean {
    return this.level.status === 'open';
  }
  get(key: Buffer): Buffer | undefined {
    // Level has a shorter way without options.
    return this.level.getSync(key);
  }
  getAt(key: Buffer, snapshot: DatabaseSnapshot): Buffer | undefined {
    return this.level.getSync(key, own(snapshot).options);
  }
  put(key: Buffer, value: Buffer): Promise<void> {
    return this.level.put(key, value);
  }
  batch(): Batch {
    return this.level.batch();
  }
  pages({ gte, lt, reverse }: ByteRange, snapshot: DatabaseSnapshot | null): PageReader {
    const iterator = this.level.iterator({ gte, lt, reverse: reverse === true, ...(snapshot === null ? BUFFERS : own(snapshot).options) });
    return {
      next: async (size) => complete(await iterator.nextv(size)),
      close: () => iterator.close(),
    };
  }
  snapshot(): DatabaseSnapshot {
    return new LevelSnapshot(this.level.snapshot());
  }
  approximateSize(from: Buffer, to: Buffer): Promise<number> {
    return this.level.approximateSize(from, to, BUFFERS);
  }
  close(): Promise<void> {
    return this.level.close();
  }
}

function complete(page: readonly (readonly [Buffer | undefined, Buffer | undefined])[]): DatabasePage {
  return page.map(([key, value]) => {
    assert(key !== undefined && value !== undefined, 'an entry of a page has key and value');
    return [key, value] as const;
  });
}

/** Loaded here and nowhere earlier: a program without stores on disk does not pay for it. */
export async function openLevel(files: string, options: OpenDatabaseOptions): Promise<OrderedDatabase | string> {
  const { ClassicLevel } = await import('classic-level');
  const level = new ClassicLevel<Buffer, Buffer>(files, {
    ...BUFFERS,
    compression: false,
    writeBufferSize: options.writeBufferBytes,
    cacheSize: options.blockCacheBytes,
  });
  try {
    await level.open();
    return new LevelDatabase(level);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'LEVEL_LOCKED') throw new StateError(`The state store in ${files} is in use by another process`, { damaged: false, cause: error });
    return openingProblem(files, cause instanceof Error ? cause.message : String(error), error);
  }
}

/** No room or no file handles is no damage: nothing may be wiped for it. */
export function openingProblem(files: string, text: string, error: unknown): string {
  if (/No space left|quota exceeded|Too many open files|Permission denied/i.test(text)) {
    throw new StateError(`The state store in ${files} cannot be opened: ${text}`, { damaged: false, cause: error });
  }
  return text;
}
