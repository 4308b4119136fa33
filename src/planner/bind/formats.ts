import { BindError, PlanError } from '../../errors/index.js';
import type { FormatInfo, SerdeFeature } from '../../plan/index.js';
import type { Column } from '../../types/index.js';
import type { FormatProperty, FormatTraits, PlannerContext } from '../context.js';
import { schemaText } from './schema-text.js';
import { text } from '../settings.js';
import type { WithProperties } from './with-properties.js';

export interface SideFormats {
  readonly key: FormatInfo;
  readonly value: FormatInfo;
}

/** Formats of CREATE STREAM/TABLE: as written, else the configured defaults. Features come later, with the columns. */
export function formatsOfCreate(name: string, properties: WithProperties, context: PlannerContext): SideFormats {
  const keyName = properties.keyFormat ?? text(context, 'ksql.persistence.default.format.key') ?? 'KAFKA';
  const valueName = properties.valueFormat ?? text(context, 'ksql.persistence.default.format.value');
  if (valueName === null) {
    throw new BindError(
      "Statement is missing the 'VALUE_FORMAT' property from the WITH clause. Either provide one or set a default via the 'ksql.persistence.default.format.value' config.", { hint: "Write VALUE_FORMAT='JSON', for example." });
  }
  return {
    key: newFormat(keyName, keyProperties(properties), { ofKey: name }, context),
    value: newFormat(valueName, valueProperties(properties), { ofKey: null }, context),
  };
}

/**
 * Formats of a sink: as written, else those of the left-most source. Properties are inherited when the format is. A key
 * where the source has none takes the configured default.
 */
export function formatsOfSink(
  sink: { readonly name: string; readonly hasKey: boolean },
  properties: WithProperties,
  source: SideFormats,
  context: PlannerContext,
): SideFormats {
  const inheritedKey =
    source.key.name === 'NONE' && sink.hasKey
      ? { name: defaultKeyFormat(context), properties: {}, features: [] }
      : source.key;
  const key = sinkSide(properties.keyFormat, keyProperties(properties), inheritedKey, { ofKey: sink.name }, context);
  return {
    key: !sink.hasKey ? noKeyFormat(properties, key) : key,
    value: sinkSide(properties.valueFormat, valueProperties(properties), source.value, { ofKey: null }, context),
  };
}

function noKeyFormat(properties: WithProperties, key: FormatInfo): FormatInfo {
  if (properties.keyFormat !== null && key.name !== 'NONE') {
    throw new PlanError('Key format specified for stream without key columns.', { hint: 'Leave KEY_FORMAT out, or mark a column with KEY.' });
  }
  return { name: 'NONE', properties: {}, features: [] };
}

function defaultKeyFormat(context: PlannerContext): FormatInfo['name'] {
  const name = text(context, 'ksql.persistence.default.format.key') ?? 'KAFKA';
  return traitsOf(name, context).name;
}

function sinkSide(
  written: string | null,
  own: WrittenProperties,
  inherited: FormatInfo,
  side: Side,
  context: PlannerContext,
): FormatInfo {
  const traits = traitsOf(written ?? inherited.name, context);
  const same = traits.name === inherited.name;
  // The schema id and name belong to the source's subject; only what shapes the bytes is inherited.
  const kept = same ? pick(inherited.properties, ['delimiter', 'unwrapPrimitives', 'nullableRepresentation']) : {};
  return newFormat(traits.name, { ...kept, ...own }, side, context);
}

export function traitsOf(name: string, context: PlannerContext): FormatTraits {
  const traits = context.formats.find(name);
  if (traits === null) {
    throw new BindError(`Unknown format: ${name.toUpperCase()}`, {
      hint: 'Formats are KAFKA, DELIMITED, JSON, JSON_SR, AVRO, PROTOBUF, PROTOBUF_NOSR and NONE.',
    });
  }
  return traits;
}

type WrittenProperties = Readonly<Partial<Record<FormatProperty, string>>>;
interface Side {
  /** The name of the source, for keys: Avro names the key record after it. */
  readonly ofKey: string | null;
}

function newFormat(name: string, written: WrittenProperties, side: Side, context: PlannerContext): FormatInfo {
  const traits = traitsOf(name, context);
  const properties = { ...implied(traits, side), ...written };
  // A schema id where the format has no registry is reported by its own name, with the columns.
  const unsupported = Object.keys(properties).filter((property) => property !== 'schemaId' && !traits.properties.some((known) => known === property));
  if (unsupported.length > 0) {
    throw new PlanError(`${traits.name} does not support the following configs: [${unsupported.join(', ')}]`, { hint: 'Leave the property out, or choose the format that has it.' });
  }
  if (properties.fullSchemaName?.trim() === '') {
    throw new PlanError('fullSchemaName cannot be empty. Format configuration: {fullSchemaName=}', { hint: 'Write the full name of the record, such as org.example.Row.' });
  }
  return { name: traits.name, properties, features: [] };
}

function implied(traits: FormatTraits, side: Side): WrittenProperties {
  if (traits.name === 'PROTOBUF') return { unwrapPrimitives: 'true' };
  if (traits.name === 'AVRO' && side.ofKey !== null) {
    return { fullSchemaName: `io.confluent.ksql.avro_schemas.${camelCase(side.ofKey)}Key` };
  }
  return {};
}

function camelCase(name: string): string {
  return name
    .split(/[_-]/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

function keyProperties(written: WithProperties): WrittenProperties {
  return withoutNulls({
    delimiter: written.keyDelimiter,
    fullSchemaName: written.keySchemaFullName,
    schemaId: written.keySchemaId,
    nullableRepresentation: written.keyNullable?.toLowerCase() ?? null,
  });
}
function valueProperties(written: WithProperties): WrittenProperties {
  return withoutNulls({
    delimiter: written.valueDelimiter,
    fullSchemaName: written.valueSchemaFullName,
    schemaId: written.valueSchemaId,
    nullableRepresentation: written.valueNullable?.toLowerCase() ?? null,
  });
}

function withoutNulls(values: Readonly<Partial<Record<FormatProperty, string | null>>>): WrittenProperties {
  const kept: Partial<Record<FormatProperty, string>> = {};
  for (const name of FORMAT_PROPERTIES) {
    const value = values[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept;
}
const FORMAT_PROPERTIES: readonly FormatProperty[] = ['delimiter', 'fullSchemaName', 'schemaId', 'unwrapPrimitives', 'nullableRepresentation'];

function pick(properties: WrittenProperties, names: readonly FormatProperty[]): WrittenProperties {
  return withoutNulls(Object.fromEntries(names.map((name) => [name, properties[name] ?? null])));
}

/** A single key column is written bare where the format leaves the choice. */
export function withKeyFeatures(format: FormatInfo, columns: readonly Column[], context: PlannerContext): FormatInfo {
  const traits = traitsOf(format.name, context);
  const unwraps = columns.length === 1 && traits.supportsUnwrapping && traits.supportsWrapping;
  return { ...format, features: unwraps ? ['UNWRAP_SINGLES'] : [] };
}

/** WRAP_SINGLE_VALUE, or its configured default, for values of one column. */
export function withValueFeatures(
  format: FormatInfo,
  columns: readonly Column[],
  wrapSingleValue: boolean | null,
  context: PlannerContext,
): FormatInfo {
  const traits = traitsOf(format.name, context);
  const supports = (wrap: boolean): boolean => (wrap ? traits.supportsWrapping : traits.supportsUnwrapping);
  if (wrapSingleValue !== null) {
    if (!supports(wrapSingleValue)) {
      throw new PlanError(`Format '${traits.name}' does not support 'WRAP_SINGLE_VALUE' set to '${String(wrapSingleValue)}'.`, { hint: 'Leave WRAP_SINGLE_VALUE out, or choose another value format.' });
    }
    // A format that writes single values in one way only says nothing by saying so.
    if (columns.length !== 1) throw new PlanError("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas", { hint: 'Leave WRAP_SINGLE_VALUE out where there are several value columns.' });
    return { ...format, features: explicit(wrapSingleValue, traits) };
  }
  const configured = text(context, 'ksql.persistence.wrap.single.values');
  if (configured === null || columns.length !== 1) return { ...format, features: [] };
  const wrap = configured.trim().toLowerCase() === 'true';
  return { ...format, features: supports(wrap) ? explicit(wrap, traits) : [] };
}

function explicit(wrap: boolean, traits: FormatTraits): readonly SerdeFeature[] {
  if (!(traits.supportsWrapping && traits.supportsUnwrapping)) return [];
  return [wrap ? 'WRAP_SINGLES' : 'UNWRAP_SINGLES'];
}

/** Refuses columns that a format cannot hold, naming format, schema and reason. */
export function checkFormatHolds(format: FormatInfo, columns: readonly Column[], isKey: boolean, context: PlannerContext): void {
  if (!isKey && columns.length === 0) return;
  const reason = context.formats.reasonAgainst(format, columns, isKey);
  if (reason === null) return;
  const schema = isKey ? schemaText(columns, []) : schemaText([], columns);
  throw new PlanError(
    `${isKey ? 'Key' : 'Value'} format does not support schema.\nformat: ${format.name}\n` +
      `schema: Persistence{columns=[${schema}], features=[${format.features.join(', ')}]}\nreason: ${reason}`,
    { hint: `Choose another ${isKey ? 'KEY_FORMAT' : 'VALUE_FORMAT'}, or leave the column out.` },
  );
}
