import type { Clock } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import { isList, isMap, numberOf, textOf, textsOf, type JsonDocument, type JsonMap } from '../json-document.js';
import { RegistryError } from '../registry-error.js';
import { compatibilityLevel, readReferences } from '../registry-record.js';
import type { Compatibility, CompatibilityLevel, SchemaDefinition, SchemaKind, SchemaRegistry, StoredSchema, SubjectVersion } from '../registry.js';
import { RegistryHttp, type RegistryHttpOptions } from './registry-http.js';

export interface RegistryClientOptions extends RegistryHttpOptions {
  readonly clock: Clock;
  /** How long the newest version of a subject is believed to be the newest. */
  readonly latestCacheMs: number;
}

const MAX_CACHED_IDS = 10_000;
const UNKNOWN_SUBJECT = 40401;
const UNKNOWN_VERSION = 40402;
const UNKNOWN_SCHEMA = 40403;

/** A registry elsewhere, by Confluent's REST API. Ids never change their schema, so they are kept; the newest version only briefly. */
export class RegistryClient implements SchemaRegistry {
  private readonly http: RegistryHttp;
  private readonly ids = new Map<number, Promise<StoredSchema | null>>();
  private readonly newest = new Map<string, { readonly version: SubjectVersion; readonly untilMs: number }>();

  constructor(private readonly options: RegistryClientOptions) {
    this.http = new RegistryHttp(options);
  }

  async register(subject: string, schema: SchemaDefinition): Promise<number> {
    this.newest.delete(subject);
    const answer = await this.http.ask('POST', `${pathOf(subject)}/versions`, bodyOf(schema));
    return required(isMap(answer) ? numberOf(answer.get('id')) : null, 'id');
  }

  async find(subject: string, schema: SchemaDefinition): Promise<SubjectVersion | null> {
    const answer = await orNull(this.http.ask('POST', pathOf(subject), bodyOf(schema)), UNKNOWN_SUBJECT, UNKNOWN_SCHEMA);
    return answer === null ? null : readVersion(answer);
  }

  byId(id: number): Promise<StoredSchema | null> {
    const known = this.ids.get(id);
    if (known !== undefined) return known;
    const asked = this.askForId(id);
    const [oldest] = this.ids.keys();
    if (this.ids.size >= MAX_CACHED_IDS && oldest !== undefined) this.ids.delete(oldest);
    this.ids.set(id, asked);
    // What failed, or is not there yet, is asked for again.
    const forget = (): void => {
      if (this.ids.get(id) === asked) this.ids.delete(id);
    };
    asked.then((found) => (found === null ? forget() : undefined), forget);
    return asked;
  }

  async latest(subject: string): Promise<SubjectVersion | null> {
    const known = this.newest.get(subject);
    const now = this.options.clock.monotonic();
    if (known !== undefined && now < known.untilMs) return known.version;
    const version = await this.askForVersion(subject, 'latest');
    if (version === null) this.newest.delete(subject);
    else this.newest.set(subject, { version, untilMs: now + this.options.latestCacheMs });
    return version;
  }

  version(subject: string, version: number): Promise<SubjectVersion | null> {
    return this.askForVersion(subject, String(version));
  }

  async versions(subject: string): Promise<readonly number[]> {
    return numbersIn(await orNull(this.http.ask('GET', `${pathOf(subject)}/versions`), UNKNOWN_SUBJECT));
  }

  async subjects(): Promise<readonly string[]> {
    return textsOf(await this.http.ask('GET', '/subjects'));
  }

  async check(subject: string, schema: SchemaDefinition): Promise<Compatibility> {
    const answer = await orNull(this.http.ask('POST', `/compatibility${pathOf(subject)}/versions?verbose=true`, bodyOf(schema)), UNKNOWN_SUBJECT, UNKNOWN_VERSION);
    // Nothing is there that the schema could contradict.
    if (answer === null) return { compatible: true, messages: [] };
    const compatible = isMap(answer) && answer.get('is_compatible') === true;
    const messages = isMap(answer) ? textsOf(answer.get('messages')) : [];
    return { compatible, messages: compatible ? [] : messages.length > 0 ? messages : ['The registry gives no reason'] };
  }

  async compatibility(subject: string | null): Promise<CompatibilityLevel> {
    const answer = await this.http.ask('GET', subject === null ? '/config' : `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`);
    return required(compatibilityLevel(isMap(answer) ? textOf(answer.get('compatibilityLevel')) : null), 'compatibilityLevel');
  }

  async setCompatibility(subject: string | null, level: CompatibilityLevel): Promise<void> {
    await this.http.ask('PUT', subject === null ? '/config' : `/config/${encodeURIComponent(subject)}`, { compatibility: level });
  }

  async deleteSubject(subject: string, permanent: boolean): Promise<readonly number[]> {
    this.newest.delete(subject);
    return numbersIn(await orNull(this.http.ask('DELETE', `${pathOf(subject)}${permanent ? '?permanent=true' : ''}`), UNKNOWN_SUBJECT));
  }

  async deleteVersion(subject: string, version: number, permanent: boolean): Promise<boolean> {
    this.newest.delete(subject);
    return (await orNull(this.http.ask('DELETE', `${pathOf(subject)}/versions/${version}${permanent ? '?permanent=true' : ''}`), UNKNOWN_SUBJECT, UNKNOWN_VERSION)) !== null;
  }

  async close(): Promise<void> {
    this.http.close();
  }

  private async askForId(id: number): Promise<StoredSchema | null> {
    const answer = await orNull(this.http.ask('GET', `/schemas/ids/${id}`), UNKNOWN_SCHEMA, UNKNOWN_SUBJECT);
    return isMap(answer) ? { ...readDefinition(answer), id } : null;
  }

  private async askForVersion(subject: string, version: string): Promise<SubjectVersion | null> {
    const answer = await orNull(this.http.ask('GET', `${pathOf(subject)}/versions/${version}`), UNKNOWN_SUBJECT, UNKNOWN_VERSION);
    return answer === null ? null : readVersion(answer);
  }
}

const pathOf = (subject: string): string => `/subjects/${encodeURIComponent(subject)}`;

function bodyOf({ kind, text, references }: SchemaDefinition): object {
  return { schema: text, ...(kind === 'AVRO' ? {} : { schemaType: kind }), ...(references.length === 0 ? {} : { references }) };
}

async function orNull(asked: Promise<JsonDocument>, ...codes: readonly number[]): Promise<JsonDocument> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RegistryError && codes.includes(error.registryCode)) return null;
    throw error;
  }
}

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new BrokerError(`The schema registry answered without "${name}"`, { retriable: false });
  return value;
}

function numbersIn(answer: JsonDocument): readonly number[] {
  return isList(answer) ? answer.filter((each) => typeof each === 'number') : [];
}

function readDefinition(answer: JsonMap): SchemaDefinition {
  const type = textOf(answer.get('schemaType')) ?? 'AVRO';
  const kind: SchemaKind | null = type === 'AVRO' || type === 'PROTOBUF' || type === 'JSON' ? type : null;
  return { kind: required(kind, 'schemaType'), text: required(textOf(answer.get('schema')), 'schema'), references: readReferences(answer.get('references')) };
}

function readVersion(answer: JsonDocument): SubjectVersion {
  const body = isMap(answer) ? answer : new Map<string, JsonDocument>();
  const number = (name: string): number => required(numberOf(body.get(name)), name);
  return { ...readDefinition(body), subject: required(textOf(body.get('subject')), 'subject'), version: number('version'), id: number('id') };
}
