import { RequestError } from '../errors/index.js';
import type { KnownSchemas, ToThread, WantedSchema } from '../runtime/index.js';
import type { RegisteredSchema, SchemaSource } from '../serde/index.js';

/** A synchronous lookup met a schema that the engine has to be asked for: then the caller tries again. */
class SchemaWanted extends RequestError {
  constructor(readonly wanted: WantedSchema) {
    super('NOT_READY', 'A schema is still being fetched');
  }
}

/** What this thread has learnt of the registry from the engine. Kept while the thread lives: a replaced query gets another thread. */
export class ThreadSchemas implements SchemaSource {
  private readonly ids: Map<number, RegisteredSchema | null>;
  private readonly subjects: Map<string, RegisteredSchema | null>;
  private readonly writing: Map<string, number>;
  private readonly asked = new Map<number, { resolve(schema: RegisteredSchema | null): void; reject(error: Error): void }>();
  private nextId = 1;

  constructor(
    known: KnownSchemas,
    private readonly ask: (id: number, wanted: WantedSchema) => void,
  ) {
    this.ids = new Map(known.ids);
    this.subjects = new Map(known.subjects);
    this.writing = new Map(known.writing);
  }

  byId(id: number): RegisteredSchema {
    const known = this.ids.get(id);
    if (known === undefined) throw new SchemaWanted({ id });
    if (known === null) throw new RequestError('NOT_FOUND', `Schema with id ${id} was not found in the registry`);
    return known;
  }

  latest(subject: string): RegisteredSchema | null {
    const known = this.subjects.get(subject);
    if (known === undefined) throw new SchemaWanted({ subject });
    return known;
  }

  idForWriting(subject: string): number {
    const id = this.writing.get(subject);
    if (id === undefined) throw new SchemaWanted({ writing: subject });
    return id;
  }

  /** Fetches what an error of this object says. false: it says something else. */
  async loadMissing(error: unknown): Promise<boolean> {
    if (!(error instanceof SchemaWanted)) return false;
    const { wanted } = error;
    const schema = await new Promise<RegisteredSchema | null>((resolve, reject) => {
      const id = this.nextId++;
      this.asked.set(id, { resolve, reject });
      this.ask(id, wanted);
    });
    if (schema !== null) this.ids.set(schema.id, schema);
    if ('id' in wanted) this.ids.set(wanted.id, schema);
    else if ('subject' in wanted) this.subjects.set(wanted.subject, schema);
    else if (schema === null) throw new RequestError('NOT_FOUND', `No schema is registered under subject ${wanted.writing}`);
    else this.writing.set(wanted.writing, schema.id);
    return true;
  }

  answered({ id, found, error }: Extract<ToThread, { kind: 'schema' }>): void {
    const waiting = this.asked.get(id);
    this.asked.delete(id);
    if (error !== null) waiting?.reject(new RequestError(error.code, error.message));
    else waiting?.resolve(found?.schema ?? null);
  }
}
