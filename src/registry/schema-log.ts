/** Where the embedded registry keeps its schemas: an ordered, compacted log (the `_schemas` topic), handed in. */
export interface SchemaLog {
  /** All records, oldest first. */
  read(): Promise<readonly { readonly key: string; readonly value: string | null }[]>;
  /** Appends one record; resolves when it is durable. A null value removes what the key held. */
  append(key: string, value: string | null): Promise<void>;
  close(): Promise<void>;
}
