import { RequestError } from '../../src/errors/index.js';
import { formatIdentifier } from '../../src/parser/index.js';
import { text, type GeneratedField, type RowContext, type ValueMaker } from './field.js';
import { textsMatching } from './regex-text.js';

/** A field of a schema: its type in SQL and how values are made. */
interface Shape {
  readonly type: string;
  readonly make: ValueMaker;
}
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

const MOST_ITEMS = 5;
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const own = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);
const numberOf = (object: JsonObject, name: string): number | null => {
  const value = own(object, name);
  return typeof value === 'number' ? value : null;
};
const textOf = (object: JsonObject, name: string): string => {
  const value = own(object, name);
  return typeof value === 'string' ? value : '';
};
const objectOf = (object: JsonObject, name: string): JsonObject => {
  const value = own(object, name);
  return isObject(value) ? value : {};
};

function refuse(what: string): never {
  throw new RequestError('BAD_REQUEST', `The schema cannot be used: ${what}`, { hint: 'An Avro record (with arg.properties) or a JSON Schema object is expected.' });
}

const letters = textsMatching('[a-z]{4,12}');

/** Fields by name as one value. */
function structShape(fields: readonly GeneratedField[]): Shape {
  return {
    type: `STRUCT<${fields.map((each) => `${formatIdentifier(each.name)} ${each.type}`).join(', ')}>`,
    make: (context) => `{${fields.map((each) => `${JSON.stringify(`\`${each.name}\``)}:${each.make(context)}`).join(',')}}`,
  };
}

function listShape(item: Shape, least: number, most: number): Shape {
  return { type: `ARRAY<${item.type}>`, make: (context) => `[${Array.from({ length: context.dice.whole(least, most) }, () => item.make(context)).join(',')}]` };
}

function mapShape(item: Shape, least: number, most: number): Shape {
  return { type: `MAP<STRING, ${item.type}>`, make: (context) => `{${Array.from({ length: context.dice.whole(least, most) }, (_, index) => `"key${index}":${item.make(context)}`).join(',')}}` };
}

function iterated(iteration: JsonObject): ValueMaker {
  const [start, step, restart] = [numberOf(iteration, 'start') ?? 0, numberOf(iteration, 'step') ?? 1, numberOf(iteration, 'restart')];
  const rounds = restart === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil((restart - start) / step));
  return ({ index }) => String(start + (index % rounds) * step);
}

function ranged(isWhole: boolean, least: number, most: number): ValueMaker {
  return ({ dice }: RowContext) => (isWhole ? String(dice.whole(least, Math.max(least, most))) : String(least + dice.fraction() * (most - least)));
}

const SQL_OF_AVRO: Readonly<Record<string, string>> = { boolean: 'BOOLEAN', int: 'INTEGER', long: 'BIGINT', float: 'DOUBLE', double: 'DOUBLE', string: 'STRING', bytes: 'BYTES', enum: 'STRING' };

function avroScalar(name: string, args: JsonObject): Shape {
  const type = SQL_OF_AVRO[name] ?? refuse(`the Avro type ${name.slice(0, 100)} is not known`);
  const [options, range, iteration] = [own(args, 'options'), objectOf(args, 'range'), own(args, 'iteration')];
  if (isList(options) && options.length > 0) return { type, make: ({ dice }) => JSON.stringify(dice.pick(options)) };
  if (isObject(iteration)) return { type, make: type === 'STRING' ? (context) => JSON.stringify(iterated(iteration)(context)) : iterated(iteration) };
  if (type === 'BOOLEAN') return { type, make: ({ dice }) => String(dice.fraction() < (numberOf(args, 'odds') ?? 0.5)) };
  if (type === 'BYTES') return { type, make: ({ dice }) => JSON.stringify(Buffer.from(letters(dice)).toString('base64')) };
  if (type === 'STRING') {
    const make = textsMatching(textOf(args, 'regex') || `[a-z]{${numberOf(objectOf(args, 'length'), 'min') ?? numberOf(args, 'length') ?? 4},${(numberOf(objectOf(args, 'length'), 'max') ?? (numberOf(args, 'length') ?? 11) + 1) - 1}}`);
    return { type, make: text((dice) => make(dice)) };
  }
  const isWhole = type !== 'DOUBLE';
  // The end of a range is not in it.
  const end = numberOf(range, 'max');
  return { type, make: ranged(isWhole, numberOf(range, 'min') ?? 0, end === null ? (isWhole ? 1_000_000 : 1) : isWhole ? end - 1 : end) };
}

function avroShape(schema: Json | undefined): Shape {
  if (typeof schema === 'string') return avroScalar(schema, {});
  if (isList(schema)) {
    const [first, ...others] = schema.filter((each) => each !== 'null');
    if (first === undefined || others.length > 0) refuse('a union may have null and one other type');
    const shape = avroShape(first);
    return schema.length === 1 ? shape : { type: shape.type, make: (context) => (context.dice.fraction() < 0.1 ? 'null' : shape.make(context)) };
  }
  if (!isObject(schema)) return refuse('a type is missing');
  const args = objectOf(schema, 'arg.properties');
  const length = objectOf(args, 'length');
  const [least, most] = [numberOf(length, 'min') ?? 1, (numberOf(length, 'max') ?? MOST_ITEMS + 1) - 1];
  const type = own(schema, 'type');
  if (typeof type !== 'string') return avroShape(type);
  if (type === 'record') return structShape(avroFields(schema));
  if (type === 'array') return listShape(avroShape(own(schema, 'items')), least, most);
  if (type === 'map') return mapShape(avroShape(own(schema, 'values')), least, most);
  const symbols = own(schema, 'symbols');
  return avroScalar(type, type === 'enum' && isList(symbols) ? { options: symbols } : args);
}

function avroFields(schema: JsonObject): readonly GeneratedField[] {
  const fields = own(schema, 'fields');
  return (isList(fields) ? fields : refuse('a record has no fields')).filter(isObject).map((each) => {
    const args = objectOf(each, 'arg.properties');
    const type = own(each, 'type');
    // The arguments may stand at the field, too.
    const shape = avroShape(typeof type === 'string' && Object.keys(args).length > 0 ? { type, 'arg.properties': args } : type);
    return { name: textOf(each, 'name'), ...shape };
  });
}

function jsonShape(schema: Json | undefined): Shape {
  if (!isObject(schema)) return refuse('a property has no schema');
  const options = own(schema, 'enum');
  const type = own(schema, 'type');
  if (isList(options) && options.length > 0) return { type: options.every((each) => typeof each === 'number') ? 'DOUBLE' : 'STRING', make: ({ dice }) => JSON.stringify(dice.pick(options)) };
  switch (type) {
    case 'boolean':
      return avroScalar('boolean', {});
    case 'integer':
      return { type: 'BIGINT', make: ranged(true, numberOf(schema, 'minimum') ?? 0, numberOf(schema, 'maximum') ?? 1_000_000) };
    case 'number':
      return { type: 'DOUBLE', make: ranged(false, numberOf(schema, 'minimum') ?? 0, numberOf(schema, 'maximum') ?? 1) };
    case 'string': {
      if (own(schema, 'format') === 'date-time') return { type: 'TIMESTAMP', make: (context) => JSON.stringify(new Date(context.now).toISOString().replace('Z', '')) };
      const make = textsMatching(textOf(schema, 'pattern') || `[a-z]{${numberOf(schema, 'minLength') ?? 4},${numberOf(schema, 'maxLength') ?? 12}}`);
      return { type: 'STRING', make: text((dice) => make(dice)) };
    }
    case 'array':
      return listShape(jsonShape(own(schema, 'items')), numberOf(schema, 'minItems') ?? 1, numberOf(schema, 'maxItems') ?? MOST_ITEMS);
    case 'object':
      return structShape(jsonFields(schema));
    default:
      return refuse(`the JSON type ${JSON.stringify(type).slice(0, 100)} is not known`);
  }
}

function jsonFields(schema: JsonObject): readonly GeneratedField[] {
  return Object.entries(objectOf(schema, 'properties')).map(([name, each]) => ({ name, ...jsonShape(each) }));
}

/** Fields of an Avro record or of a JSON Schema object. Throws RequestError for anything else. */
export function fieldsOfSchema(document: string): { readonly name: string; readonly fields: readonly GeneratedField[] } {
  let schema: Json;
  try {
    // JSON.parse gives exactly this type.
    schema = JSON.parse(document) as Json;
  } catch {
    return refuse('it is not JSON');
  }
  if (!isObject(schema)) return refuse('it is not an object');
  const isAvro = own(schema, 'type') === 'record';
  const fields = isAvro ? avroFields(schema) : own(schema, 'type') === 'object' ? jsonFields(schema) : refuse('it is neither an Avro record nor a JSON Schema object');
  if (fields.length === 0) refuse('it has no fields');
  return { name: textOf(schema, isAvro ? 'name' : 'title') || 'rows', fields };
}
