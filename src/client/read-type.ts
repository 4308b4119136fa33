import { BrokerError } from '../errors/index.js';
import type { Field, SqlType } from '../types/index.js';

const PLAIN: ReadonlyMap<string, SqlType> = new Map((['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP'] as const).map((kind) => [kind, { kind }]));

/** Reads types as servers write them: ``STRUCT<`F` INTEGER>``, `DECIMAL(4, 2)`, `MAP<STRING, BIGINT>`. */
class TypeReader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): SqlType {
    const type = this.type();
    return this.at === this.text.length ? type : this.refuse();
  }

  private refuse(): never {
    throw new BrokerError(`The server sent a type that is not known: ${this.text.slice(0, 200)}`, { retriable: false });
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at += found[0].length;
    return found[1] ?? found[0];
  }

  private take(pattern: RegExp): string {
    return this.match(pattern) ?? this.refuse();
  }

  private type(): SqlType {
    const word = this.take(/\s*([A-Z]+)/y);
    if (word === 'DECIMAL') return { kind: 'DECIMAL', precision: Number(this.take(/\((\d+)/y)), scale: Number(this.take(/,\s*(\d+)\)/y)) };
    if (word === 'ARRAY') return this.inside(() => ({ kind: 'ARRAY', item: this.type() }));
    if (word === 'MAP') return this.inside(() => this.map());
    if (word === 'STRUCT') return this.inside(() => ({ kind: 'STRUCT', fields: this.fields() }));
    return PLAIN.get(word) ?? this.refuse();
  }

  private inside<T>(read: () => T): T {
    this.take(/\s*</y);
    const found = read();
    this.take(/\s*>/y);
    return found;
  }

  private map(): SqlType {
    const key = this.type();
    this.take(/\s*,/y);
    return { kind: 'MAP', key, value: this.type() };
  }

  private fields(): readonly Field[] {
    const fields: Field[] = [];
    for (let name = this.match(/\s*`((?:[^`]|``)*)`/y); name !== null; name = this.match(/\s*,\s*`((?:[^`]|``)*)`/y)) {
      fields.push({ name: name.replaceAll('``', '`'), type: this.type() });
    }
    return fields;
  }
}

export function readType(text: string): SqlType {
  return new TypeReader(text).whole();
}
