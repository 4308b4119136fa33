import { PlanError, RequestError } from '../errors/index.js';
import type { InferenceRequest, InferredSchema, SchemaLookup, SubjectToRegister } from '../planner/index.js';
import { RegistryError, type SchemaRegistry, type StoredSchema } from '../registry/index.js';
import type { KnownSchemas, WantedSchema } from '../runtime/index.js';
import type { RegisteredSchema, SchemaSource } from '../serde/index.js';
import { inferFromSchema, schemaOfSide } from './schema-rules.js';

const SOFT_DELETED = 40404;

/** A synchronous lookup met a schema that has to be fetched first: `Schemas.load` fetches it, then the caller tries again. */
export class SchemaNotLoaded extends RequestError {
  constructor(readonly wanted: { readonly id: number } | { readonly subject: string }) {
    super('NOT_READY', 'A schema is still being fetched');
  }
}

/** What is known of the registry, so that planning and serdes can look without waiting. Ids never change their schema. */
export class Schemas implements SchemaSource, SchemaLookup {
  private readonly byIdCache = new Map<number, RegisteredSchema | null>();
  private readonly latestCache = new Map<string, RegisteredSchema | null>();
  private readonly writeIds = new Map<string, number>();

  constructor(private readonly registry: SchemaRegistry) {}

  byId(id: number): RegisteredSchema {
    const known = this.byIdCache.get(id);
    if (known === undefined) throw new SchemaNotLoaded({ id });
    if (known === null) throw new RequestError('NOT_FOUND', `Schema with id ${id} was not found in the registry`);
    return known;
  }

  latest(subject: string): RegisteredSchema | null {
    const known = this.latestCache.get(subject);
    if (known === undefined) throw new SchemaNotLoaded({ subject });
    return known;
  }

  idForWriting(subject: string): number {
    const id = this.writeIds.get(subject) ?? this.latest(subject)?.id;
    if (id === undefined) throw new RequestError('NOT_FOUND', `No schema is registered under subject ${subject}`);
    return id;
  }

  infer(request: InferenceRequest): InferredSchema | null {
    const schema = request.schemaId === null ? this.latest(subjectOf(request.topic, request.isKey)) : this.knownId(request.schemaId);
    return schema === null ? null : inferFromSchema(schema, request);
  }

  /** Forgets which schemas are the newest: each request asks the registry again. */
  refresh(): void {
    this.latestCache.clear();
  }

  /** Schemas become known when the command is carried out; until then the statements of one request use declared columns. */
  add(_subject: SubjectToRegister): void {
    this.latestCache.clear();
  }

  /** All that is known, for another thread. */
  known(): KnownSchemas {
    return { ids: [...this.byIdCache], subjects: [...this.latestCache], writing: [...this.writeIds] };
  }

  /** Looks up for another thread what it does not know. */
  async find(wanted: WantedSchema): Promise<RegisteredSchema | null> {
    if ('subject' in wanted) return this.whenLoaded(() => this.latest(wanted.subject));
    const id = 'id' in wanted ? wanted.id : await this.whenLoaded(() => this.idForWriting(wanted.writing));
    return this.whenLoaded(() => this.knownId(id));
  }

  async load(missing: SchemaNotLoaded): Promise<void> {
    if ('id' in missing.wanted) {
      const found = await this.registry.byId(missing.wanted.id);
      this.byIdCache.set(missing.wanted.id, found === null ? null : await this.resolve(found));
      return;
    }
    const found = await this.registry.latest(missing.wanted.subject);
    const schema = found === null ? null : await this.resolve(found);
    this.latestCache.set(missing.wanted.subject, schema);
    if (schema !== null) this.byIdCache.set(schema.id, schema);
  }

  /** Runs a synchronous step until every schema it asks for is there. */
  async whenLoaded<T>(step: () => T): Promise<T> {
    for (;;) {
      try {
        return step();
      } catch (error) {
        if (!(error instanceof SchemaNotLoaded)) throw error;
        await this.load(error);
      }
    }
  }

  /** Makes sure a sink's schema is registered; with a schema id of the statement's own, that one is written. */
  async registerSubject(subject: SubjectToRegister): Promise<void> {
    const given = subject.format.properties.schemaId;
    if (given !== undefined) {
      await this.whenLoaded(() => this.byId(Number(given)));
      this.writeIds.set(subject.subject, Number(given));
      return;
    }
    const definition = await this.whenLoaded(() => schemaOfSide(subject, this));
    if (definition === null || (await this.staysAsItIs(subject))) return;
    const id = await this.registry.register(subject.subject, definition);
    this.writeIds.set(subject.subject, id);
    this.latestCache.delete(subject.subject);
    await this.whenLoaded(() => this.byId(id));
  }

  /** Refuses a sink whose schema its subject does not take. */
  async requireCompatible(subject: SubjectToRegister): Promise<void> {
    if (subject.format.properties.schemaId !== undefined) return;
    const definition = await this.whenLoaded(() => schemaOfSide(subject, this));
    if (definition === null || (await this.staysAsItIs(subject))) return;
    const { compatible, messages } = await this.registry.check(subject.subject, definition);
    if (compatible) return;
    throw new PlanError(`Could not register schema for topic ${subject.topic}: Schema being registered is incompatible with an earlier schema for subject "${subject.subject}", details: [${messages.join(', ')}]`, {
      hint: `Change the columns so that both schemas can be read, write to another topic, or loosen the level: PUT /config/${subject.subject} {"compatibility":"NONE"}.`,
    });
  }

  /** What is deleted already stays deleted: effects of commands are repeated. */
  async deleteSubject(subject: string): Promise<void> {
    try {
      await this.registry.deleteSubject(subject, false);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.registryCode !== SOFT_DELETED) throw error;
    }
    this.writeIds.delete(subject);
    this.latestCache.delete(subject);
  }

  /** Subjects of an internal topic go with it, for good. */
  async forgetTopic(topic: string): Promise<void> {
    for (const subject of [subjectOf(topic, true), subjectOf(topic, false)]) {
      if (!this.writeIds.has(subject) && (await this.registry.latest(subject)) === null) continue;
      await this.deleteSubject(subject);
      await this.registry.deleteSubject(subject, true);
    }
  }

  private async staysAsItIs({ subject, ifAbsent }: SubjectToRegister): Promise<boolean> {
    return ifAbsent === true && (await this.registry.versions(subject)).length > 0;
  }

  private knownId(id: number): RegisteredSchema | null {
    const known = this.byIdCache.get(id);
    if (known === undefined) throw new SchemaNotLoaded({ id });
    return known;
  }

  private async resolve(schema: StoredSchema): Promise<RegisteredSchema> {
    const references = [];
    for (const reference of schema.references) {
      const found = await this.registry.version(reference.subject, reference.version);
      if (found !== null) references.push({ name: reference.name, schema: await this.resolve(found) });
    }
    return { id: schema.id, kind: schema.kind, text: schema.text, references };
  }
}

export function subjectOf(topic: string, isKey: boolean): string {
  return `${topic}-${isKey ? 'key' : 'value'}`;
}
