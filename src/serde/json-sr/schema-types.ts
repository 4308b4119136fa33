import { array, BIGINT, BOOLEAN, BYTES, DATE, decimal, DOUBLE, INTEGER, map, STRING, struct, TIME, TIMESTAMP, type Field, type SqlType } from '../../types/index.js';
import type { RegisteredSchema } from '../format.js';
import { isList, isObject, numberIn, parseJsonDocument, textOf, type JsonDocument } from '../json-document.js';

type SchemaObject = ReadonlyMap<string, JsonDocument>;

const CONNECT = 'org.apache.kafka.connect.data.';
const MAX_DEPTH = 64;

/** The SQL type that a JSON Schema describes; null: there is none. */
export function typeOfJsonSchema(schema: RegisteredSchema): SqlType | null {
  return new Translator(schema).typeOf(parseJsonDocument(schema.text), 0);
}

class Translator {
  private readonly root: JsonDocument;
  private readonly references: ReadonlyMap<string, RegisteredSchema>;

  constructor(schema: RegisteredSchema) {
    this.root = parseJsonDocument(schema.text);
    this.references = new Map(schema.references.map((reference) => [reference.name, reference.schema]));
  }

  typeOf(document: JsonDocument | undefined, depth: number): SqlType | null {
    if (!isObject(document) || depth > MAX_DEPTH) return null;
    const reference = textOf(document.get('$ref'));
    if (reference !== null) return this.referred(reference, depth);
    const choice = document.get('oneOf') ?? document.get('anyOf');
    if (isList(choice)) return this.choice(choice, depth);
    const type = document.get('type');
    if (isList(type)) {
      const names = type.filter((name) => name !== 'null');
      return names.length === 1 ? this.plain(textOf(names[0]), document, depth) : null;
    }
    return this.plain(textOf(type), document, depth);
  }

  private referred(reference: string, depth: number): SqlType | null {
    const other = this.references.get(reference);
    if (other !== undefined) return typeOfJsonSchema(other);
    if (!reference.startsWith('#')) return null;
    let found: JsonDocument | undefined = this.root;
    for (const step of reference.slice(1).split('/').filter((part) => part !== '')) {
      found = isObject(found) ? found.get(step.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
    }
    return this.typeOf(found, depth + 1);
  }

  /** Nullable, or else a struct with a field for each choice. */
  private choice(choices: readonly JsonDocument[], depth: number): SqlType | null {
    const others = choices.filter((one) => !isObject(one) || one.get('type') !== 'null');
    if (others.length === 1) return this.typeOf(others[0], depth + 1);
    const fields = others.flatMap((one, index): Field[] => {
      const type = this.typeOf(one, depth + 1);
      return type === null ? [] : [{ name: `connect_union_field_${index}`, type }];
    });
    return fields.length === 0 ? null : struct(fields);
  }

  private plain(type: string | null, document: SchemaObject, depth: number): SqlType | null {
    const connectType = textOf(document.get('connect.type'));
    switch (type) {
      case 'boolean': return BOOLEAN;
      case 'integer': return integerType(textOf(document.get('title')), connectType);
      case 'number': return numberType(document, connectType);
      case 'string': return connectType === 'bytes' ? BYTES : STRING;
      case 'array': {
        const item = this.typeOf(document.get('items'), depth + 1);
        return item === null ? null : array(item);
      }
      case 'object': return this.objectType(document, connectType, depth);
      default: return isList(document.get('enum')) ? STRING : null;
    }
  }

  private objectType(document: SchemaObject, connectType: string | null, depth: number): SqlType | null {
    const properties = document.get('properties');
    const additional = document.get('additionalProperties');
    if (connectType === 'map' || (properties === undefined && isObject(additional))) {
      const value = this.typeOf(additional, depth + 1);
      return value === null ? null : map(STRING, value);
    }
    const fields = isObject(properties) ? [...properties] : [];
    const indexOf = (one: JsonDocument): number => (isObject(one) ? numberIn(one.get('connect.index')) : null) ?? Infinity;
    fields.sort(([, a], [, b]) => (indexOf(a) === indexOf(b) ? 0 : indexOf(a) - indexOf(b)));
    return struct(
      fields.flatMap(([name, property]): Field[] => {
        const type = this.typeOf(property, depth + 1);
        return type === null ? [] : [{ name, type }];
      }),
    );
  }
}

function integerType(title: string | null, connectType: string | null): SqlType {
  switch (title) {
    case `${CONNECT}Date`: return DATE;
    case `${CONNECT}Time`: return TIME;
    case `${CONNECT}Timestamp`: return TIMESTAMP;
    default: return connectType === 'int8' || connectType === 'int16' || connectType === 'int32' ? INTEGER : BIGINT;
  }
}

function numberType(document: SchemaObject, connectType: string | null): SqlType {
  if (document.get('title') !== `${CONNECT}Decimal` && connectType !== 'bytes') return DOUBLE;
  const parameters = document.get('connect.parameters');
  const parameter = (name: string): number | null => (isObject(parameters) ? numberIn(parameters.get(name)) : null);
  return decimal(parameter('connect.decimal.precision') ?? 64, parameter('scale') ?? 0);
}
