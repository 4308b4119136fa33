import type { Difference, Roles, SchemaRules } from '../difference.js';
import { parseProto, type ProtoField, type ProtoMessage, type ProtoSchema, type ProtoType } from './proto-schema.js';

/** What protobuf's wire format lets a reader do: fields are known by their numbers, names mean nothing. */
export const protobufRules: SchemaRules<ProtoSchema> = { parse: parseProto, differences };

// Types of one group read each other's bytes. Enums are numbers on the wire.
const GROUPS: ReadonlyMap<string, string> = new Map([
  ...['int32', 'int64', 'uint32', 'uint64', 'bool'].map((name) => [name, 'varint'] as const),
  ...['sint32', 'sint64'].map((name) => [name, 'zigzag'] as const),
  ...['fixed32', 'sfixed32'].map((name) => [name, '32-bit'] as const),
  ...['fixed64', 'sfixed64'].map((name) => [name, '64-bit'] as const),
  ['float', 'float'], ['double', 'double'], ['string', 'text'], ['bytes', 'text'],
]);

function groupOf(type: ProtoType): string | null {
  if (type.kind === 'enum') return 'varint';
  return type.kind === 'scalar' ? (GROUPS.get(type.name) ?? null) : null;
}

function differences(reader: ProtoSchema, writer: ProtoSchema, roles: Roles): readonly Difference[] {
  const found: Difference[] = [];
  for (const [name, written] of writer.messages) {
    const read = reader.messages.get(name) ?? reader.imported.get(name);
    if (read !== undefined) found.push(...betweenMessages(read, written, roles));
    else found.push({ type: 'MESSAGE_REMOVED', place: `#/${name}`, description: `The ${roles.reader} schema lacks the message ${name} of the ${roles.writer} schema` });
  }
  for (const [name, written] of writer.imported) {
    const read = reader.messages.get(name) ?? reader.imported.get(name);
    if (read !== undefined) found.push(...betweenMessages(read, written, roles));
  }
  return found;
}

function betweenMessages(reader: ProtoMessage, writer: ProtoMessage, roles: Roles): readonly Difference[] {
  const byNumber = new Map(reader.fields.map((field) => [field.number, field]));
  const written = new Set(writer.fields.map((field) => field.number));
  const oneofs = new Set(reader.fields.map((field) => field.oneof));
  const at = (field: ProtoField): string => `#/${writer.name}/${field.number}`;
  const found = writer.fields.flatMap((field): readonly Difference[] => {
    const read = byNumber.get(field.number);
    if (read !== undefined) return betweenFields(read, field, at(field), roles);
    if (field.label === 'required') return [{ type: 'REQUIRED_FIELD_REMOVED', place: at(field), description: `The required field ${field.name} of the ${roles.writer} schema is missing in the ${roles.reader} one` }];
    if (field.oneof === null || !oneofs.has(field.oneof)) return [];
    return [{ type: 'ONEOF_FIELD_REMOVED', place: at(field), description: `The field ${field.name} of oneof ${field.oneof} in the ${roles.writer} schema is missing in the ${roles.reader} one` }];
  });
  const required = reader.fields
    .filter((field) => field.label === 'required' && !written.has(field.number))
    .map((field) => ({ type: 'REQUIRED_FIELD_ADDED', place: at(field), description: `The required field ${field.name} of the ${roles.reader} schema is missing in the ${roles.writer} one` }));
  return [...found, ...required, ...movedIntoOneofs(reader, writer, roles)];
}

// A oneof keeps one of its fields: of two that could be set together before, one is lost.
function movedIntoOneofs(reader: ProtoMessage, writer: ProtoMessage, roles: Roles): readonly Difference[] {
  const found: Difference[] = [];
  for (const oneof of new Set(reader.fields.flatMap((field) => field.oneof ?? []))) {
    const inside = new Set(reader.fields.filter((field) => field.oneof === oneof).map((field) => field.number));
    const free = writer.fields.filter((field) => field.oneof === null && inside.has(field.number));
    const existed = writer.fields.some((field) => field.oneof !== null && inside.has(field.number));
    const place = `#/${reader.name}/${oneof}`;
    const names = free.map((field) => field.name).join(', ');
    if (free.length > 1) found.push({ type: 'MULTIPLE_FIELDS_MOVED_TO_ONEOF', place, description: `Several fields of the ${roles.writer} schema (${names}) are in oneof ${oneof} of the ${roles.reader} one` });
    else if (free.length === 1 && existed) found.push({ type: 'FIELD_MOVED_TO_EXISTING_ONEOF', place, description: `The field ${names} of the ${roles.writer} schema is in oneof ${oneof} of the ${roles.reader} one, beside others` });
  }
  return found;
}

function betweenFields(reader: ProtoField, writer: ProtoField, place: string, roles: Roles): readonly Difference[] {
  const types = betweenTypes(reader.type, writer.type, `${place} (${writer.name})`, roles);
  if (types.length > 0) return types;
  // Only text and messages are read alike once and repeated: repeated numbers are packed.
  const isNumeric = groupOf(writer.type) !== null && groupOf(writer.type) !== 'text';
  if ((reader.label === 'repeated') === (writer.label === 'repeated') || !isNumeric) return [];
  return [{ type: 'FIELD_NUMERIC_LABEL_CHANGED', place, description: `The number field ${writer.name} is repeated in only one of the schemas` }];
}

function betweenTypes(reader: ProtoType, writer: ProtoType, place: string, roles: Roles): readonly Difference[] {
  const changed = (type: string): readonly Difference[] => [
    { type, place, description: `The type is ${typeName(reader)} in the ${roles.reader} schema and ${typeName(writer)} in the ${roles.writer} one` },
  ];
  if (reader.kind === 'map' && writer.kind === 'map') {
    return [...betweenTypes(reader.key, writer.key, `${place}/key`, roles), ...betweenTypes(reader.value, writer.value, `${place}/value`, roles)];
  }
  if (reader.kind === 'map' || writer.kind === 'map') return changed('FIELD_KIND_CHANGED');
  const [readGroup, writtenGroup] = [groupOf(reader), groupOf(writer)];
  if ((readGroup === null) !== (writtenGroup === null)) return changed('FIELD_KIND_CHANGED');
  if (readGroup !== writtenGroup) return changed('FIELD_SCALAR_KIND_CHANGED');
  return reader.kind !== 'scalar' && reader.kind === writer.kind && reader.name !== writer.name ? changed('FIELD_NAMED_TYPE_CHANGED') : [];
}

function typeName(type: ProtoType): string {
  return type.kind === 'map' ? `map<${typeName(type.key)}, ${typeName(type.value)}>` : type.name;
}
