import { StepBudget, type Difference, type Roles, type SchemaRules } from '../difference.js';
import { parseAvro, type AvroEnum, type AvroField, type AvroFixed, type AvroRecord, type AvroType } from './avro-schema.js';

/** Avro's schema resolution: what a reader's schema makes of data in a writer's. */
export const avroRules: SchemaRules<AvroType> = {
  parse: parseAvro,
  differences: (reader, writer, roles) => new Resolution(roles, new StepBudget()).between(reader, writer, ''),
};

// What else a reader of the type may read, besides the type itself.
const PROMOTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['long', ['int']],
  ['float', ['int', 'long']],
  ['double', ['int', 'long', 'float']],
  ['string', ['bytes']],
  ['bytes', ['string']],
]);

class Resolution {
  // Pairs under way: a record that contains itself is compared once.
  private readonly begun = new Map<AvroType, Set<AvroType>>();

  constructor(private readonly roles: Roles, private readonly budget: StepBudget) {}

  between(reader: AvroType, writer: AvroType, place: string): readonly Difference[] {
    this.budget.spend();
    if (writer.kind === 'union') {
      return writer.branches.flatMap((branch, index) => (reader.kind === 'union' ? this.intoUnion(reader.branches, branch, `${place}/${index}`) : this.between(reader, branch, place)));
    }
    if (reader.kind === 'union') return this.intoUnion(reader.branches, writer, place);
    switch (reader.kind) {
      case 'record':
        return writer.kind === 'record' ? this.records(reader, writer, place) : this.mismatch(reader, writer, place);
      case 'enum':
        return writer.kind === 'enum' ? this.enums(reader, writer, place) : this.mismatch(reader, writer, place);
      case 'fixed':
        return writer.kind === 'fixed' ? this.fixeds(reader, writer, place) : this.mismatch(reader, writer, place);
      case 'array':
        return writer.kind === 'array' ? this.between(reader.items, writer.items, `${place}/items`) : this.mismatch(reader, writer, place);
      case 'map':
        return writer.kind === 'map' ? this.between(reader.values, writer.values, `${place}/values`) : this.mismatch(reader, writer, place);
      default:
        return reader.kind === writer.kind || (PROMOTIONS.get(reader.kind) ?? []).includes(writer.kind) ? [] : this.mismatch(reader, writer, place);
    }
  }

  private intoUnion(branches: readonly AvroType[], writer: AvroType, place: string): readonly Difference[] {
    // Each branch is tried by itself, so that what one assumed of a record under way does not count for the next.
    if (branches.some((branch) => new Resolution(this.roles, this.budget).within(this.begun).between(branch, writer, place).length === 0)) return [];
    return [this.difference('MISSING_UNION_BRANCH', place, `The union of the ${this.roles.reader} schema has no branch for ${nameOf(writer)} of the ${this.roles.writer} schema`)];
  }

  private within(begun: ReadonlyMap<AvroType, ReadonlySet<AvroType>>): this {
    for (const [reader, writers] of begun) this.begun.set(reader, new Set(writers));
    return this;
  }

  private records(reader: AvroRecord, writer: AvroRecord, place: string): readonly Difference[] {
    const begun = this.begun.get(reader) ?? new Set<AvroType>();
    if (begun.has(writer)) return [];
    this.begun.set(reader, begun.add(writer));
    return [...this.names(reader, writer, place), ...reader.fields.flatMap((field, index) => this.field(field, writer, `${place}/fields/${index}`))];
  }

  private field(field: AvroField, writer: AvroRecord, place: string): readonly Difference[] {
    const written = writer.fields.find(({ name }) => name === field.name) ?? writer.fields.find(({ name }) => field.aliases.includes(name));
    if (written !== undefined) return this.between(field.type, written.type, `${place}/type`);
    if (field.hasDefault || (field.type.kind === 'enum' && field.type.hasDefault)) return [];
    const { reader, writer: other } = this.roles;
    return [this.difference('READER_FIELD_MISSING_DEFAULT_VALUE', place, `The field "${field.name}" of the ${reader} schema has no default value and is missing in the ${other} schema`)];
  }

  private enums(reader: AvroEnum, writer: AvroEnum, place: string): readonly Difference[] {
    const missing = reader.hasDefault ? [] : writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
    const symbols = this.difference('MISSING_ENUM_SYMBOLS', `${place}/symbols`, `The ${this.roles.reader} schema lacks the symbols ${missing.join(', ')} of the ${this.roles.writer} schema`);
    return [...this.names(reader, writer, place), ...(missing.length === 0 ? [] : [symbols])];
  }

  private fixeds(reader: AvroFixed, writer: AvroFixed, place: string): readonly Difference[] {
    const size = this.difference('FIXED_SIZE_MISMATCH', `${place}/size`, `The size is ${reader.size} in the ${this.roles.reader} schema and ${writer.size} in the ${this.roles.writer} one`);
    return [...this.names(reader, writer, place), ...(reader.size === writer.size ? [] : [size])];
  }

  // Namespaces do not count, as in Avro for Java.
  private names(reader: AvroRecord | AvroEnum | AvroFixed, writer: AvroRecord | AvroEnum | AvroFixed, place: string): readonly Difference[] {
    if (shortName(reader.name) === shortName(writer.name) || reader.aliases.includes(writer.name)) return [];
    return [this.difference('NAME_MISMATCH', `${place}/name`, `The name is ${reader.name} in the ${this.roles.reader} schema and ${writer.name} in the ${this.roles.writer} one`)];
  }

  private mismatch(reader: AvroType, writer: AvroType, place: string): readonly Difference[] {
    return [this.difference('TYPE_MISMATCH', place, `The type ${nameOf(reader)} of the ${this.roles.reader} schema cannot read ${nameOf(writer)} of the ${this.roles.writer} one`)];
  }

  private difference(type: string, place: string, description: string): Difference {
    return { type, place: place === '' ? '/' : place, description };
  }
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const nameOf = (type: AvroType): string => ('name' in type ? `${type.kind} ${type.name}` : type.kind);
