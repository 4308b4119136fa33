/** A decoded value as judging sees it. Numbers carry their text and the kind of their column's type. */
export type Actual = null | boolean | string | ActualNumber | ActualBytes | readonly Actual[] | ActualStruct;

export type NumberKind = 'integer' | 'decimal' | 'double';
export class ActualNumber {
  constructor(
    readonly text: string,
    readonly kind: NumberKind,
  ) {}
}
/** BYTES; `emptyIsNull` in formats where an empty value reads back as null. */
export class ActualBytes {
  constructor(
    readonly base64: string,
    readonly emptyIsNull: boolean,
  ) {}
}
/** A struct or map: entries in order. */
export class ActualStruct {
  constructor(readonly entries: ReadonlyMap<string, Actual>) {}
}

export interface ActualRecord {
  readonly key: Actual;
  readonly value: Actual;
  readonly timestamp: number;
  readonly window: { readonly type: 'TIME' | 'SESSION'; readonly start: number; readonly end: number } | null;
  readonly headers: readonly { readonly key: string; readonly value: string | null }[];
}
