import type { SchemaLog } from '../../../src/registry/index.js';

/** A log in memory, compacted where asked: the newest record of each key stays. */
export class MemoryLog implements SchemaLog {
  records: { readonly key: string; readonly value: string | null }[] = [];

  read(): Promise<readonly { readonly key: string; readonly value: string | null }[]> {
    return Promise.resolve([...this.records]);
  }

  append(key: string, value: string | null): Promise<void> {
    this.records.push({ key, value });
    return Promise.resolve();
  }

  compact(): void {
    const newest = new Map(this.records.map((record, index) => [record.key, index]));
    this.records = this.records.filter((record, index) => newest.get(record.key) === index && record.value !== null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
