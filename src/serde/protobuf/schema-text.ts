import { DECIMAL, WELL_KNOWN, wellKnownFile, type ProtoField, type ProtoMessage, type ProtoType } from './schema.js';

/** A message as a .proto file. */
export function protoText(message: ProtoMessage): string {
  const imports = [...new Set(filesOf(message))].sort();
  const dot = message.fullName.lastIndexOf('.');
  const head = ['syntax = "proto3";'];
  if (dot >= 0) head.push(`package ${message.fullName.slice(0, dot)};`);
  if (imports.length > 0) head.push('', ...imports.map((file) => `import "${file}";`));
  return `${head.join('\n')}\n\n${messageLines(message, '').join('\n')}\n`;
}

function filesOf(message: ProtoMessage): string[] {
  const own = message.fields.flatMap(({ type }) => {
    const file = type.kind === 'message' ? wellKnownFile(type.message.fullName) : null;
    if (file === null) return [];
    return type.kind === 'message' && type.message.fullName === DECIMAL ? ['confluent/meta.proto', file] : [file];
  });
  return [...own, ...message.nested.flatMap(filesOf)];
}

function messageLines(message: ProtoMessage, indent: string): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}message ${message.name} {`,
    ...message.fields.map((field) => inner + fieldLine(field)),
    ...message.nested.flatMap((nested) => ['', ...messageLines(nested, inner)]),
    `${indent}}`,
  ];
}

function fieldLine(field: ProtoField): string {
  const label = field.isRepeated ? 'repeated ' : field.hasPresence ? 'optional ' : '';
  return `${label}${typeName(field.type)} ${field.name} = ${field.number}${decimalOption(field)};`;
}

function typeName(type: ProtoType): string {
  if (type.kind === 'scalar') return type.scalar;
  if (type.kind === 'enum') return 'int32';
  return WELL_KNOWN.has(type.message.fullName) ? type.message.fullName : type.message.name;
}

function decimalOption(field: ProtoField): string {
  if (field.decimal === null) return '';
  const { precision, scale } = field.decimal;
  return ` [(confluent.field_meta) = {params: [{key: "precision", value: "${precision}"}, {key: "scale", value: "${scale}"}]}]`;
}
