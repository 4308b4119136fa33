import { assertNever } from '../errors/index.js';
import { identityOf } from './identity.js';
import type { RegistryMode, RegistryRecord } from './registry-record.js';
import type { CompatibilityLevel, SchemaDefinition, StoredSchema, SubjectVersion } from './registry.js';

interface Entry {
  readonly version: SubjectVersion;
  readonly deleted: boolean;
}

/** Which versions a look-up sees: those in use, those deleted but not forgotten, or both. */
export type Visibility = 'live' | 'deleted' | 'all';

/** What the records of the log add up to. Changed by `apply` only. */
export class SubjectTable {
  private readonly bySubject = new Map<string, Entry[]>();
  private readonly schemas = new Map<number, StoredSchema>();
  private readonly ids = new Map<string, number>();
  private readonly levels = new Map<string | null, CompatibilityLevel>();
  private readonly modes = new Map<string | null, RegistryMode>();
  private highest = 0;

  apply(record: RegistryRecord): void {
    switch (record.kind) {
      case 'schema':
        return this.put(record.version, record.deleted);
      case 'forgotten':
        return this.forget(record.subject, record.version);
      case 'subjectDeleted':
        return this.deleteUpTo(record.subject, record.upTo);
      case 'config':
        return set(this.levels, record.subject, record.level);
      case 'mode':
        return set(this.modes, record.subject, record.mode);
      case 'highestId':
        this.highest = Math.max(this.highest, record.id);
        return;
      default:
        assertNever(record);
    }
  }

  get highestId(): number {
    return this.highest;
  }

  schema(id: number): StoredSchema | null {
    return this.schemas.get(id) ?? null;
  }

  /** The id that the schema has in any subject. */
  idOf(schema: SchemaDefinition): number | null {
    return this.ids.get(identityOf(schema)) ?? null;
  }

  /** Oldest first. */
  versions(subject: string, visibility: Visibility): readonly SubjectVersion[] {
    return (this.bySubject.get(subject) ?? []).filter(sees(visibility)).map((entry) => entry.version);
  }

  isDeleted(subject: string, version: number): boolean {
    return this.bySubject.get(subject)?.some((entry) => entry.version.version === version && entry.deleted) ?? false;
  }

  /** The newest version of the subject with exactly this schema. */
  find(subject: string, schema: SchemaDefinition, visibility: Visibility): SubjectVersion | null {
    const identity = identityOf(schema);
    return this.versions(subject, visibility).findLast((version) => identityOf(version) === identity) ?? null;
  }

  /** Sorted by name. */
  subjects(visibility: Visibility): readonly string[] {
    const isSeen = ([, entries]: readonly [string, readonly Entry[]]): boolean =>
      visibility === 'deleted' ? entries.every((entry) => entry.deleted) : entries.some(sees(visibility));
    return [...this.bySubject].filter(isSeen).map(([subject]) => subject).sort();
  }

  /** Where an id is used. */
  uses(id: number, visibility: Visibility): readonly SubjectVersion[] {
    return this.subjects('all').flatMap((subject) => this.versions(subject, visibility).filter((version) => version.id === id));
  }

  /** Versions that refer to this one. */
  referrers(subject: string, version: number, visibility: Visibility): readonly SubjectVersion[] {
    const refers = (each: SubjectVersion): boolean => each.references.some((reference) => reference.subject === subject && reference.version === version);
    return this.subjects('all').flatMap((other) => this.versions(other, visibility).filter(refers));
  }

  level(subject: string | null): CompatibilityLevel | null {
    return this.levels.get(subject) ?? null;
  }

  mode(subject: string | null): RegistryMode | null {
    return this.modes.get(subject) ?? null;
  }

  private put(version: SubjectVersion, deleted: boolean): void {
    const { subject, version: number, ...schema } = version;
    this.schemas.set(version.id, schema);
    this.highest = Math.max(this.highest, version.id);
    const identity = identityOf(version);
    if (!this.ids.has(identity)) this.ids.set(identity, version.id);
    const others = (this.bySubject.get(subject) ?? []).filter((entry) => entry.version.version !== number);
    this.bySubject.set(subject, [...others, { version, deleted }].sort((left, right) => left.version.version - right.version.version));
  }

  private forget(subject: string, number: number): void {
    const entries = this.bySubject.get(subject) ?? [];
    const gone = entries.find((entry) => entry.version.version === number)?.version;
    if (gone === undefined) return;
    const rest = entries.filter((entry) => entry.version !== gone);
    if (rest.length === 0) this.bySubject.delete(subject);
    else this.bySubject.set(subject, rest);
    if (this.uses(gone.id, 'all').length > 0) return;
    this.schemas.delete(gone.id);
    const identity = identityOf(gone);
    if (this.ids.get(identity) === gone.id) this.ids.delete(identity);
  }

  private deleteUpTo(subject: string, upTo: number): void {
    const entries = this.bySubject.get(subject) ?? [];
    if (entries.length > 0) this.bySubject.set(subject, entries.map((entry) => (entry.version.version <= upTo ? { ...entry, deleted: true } : entry)));
  }
}

function sees(visibility: Visibility): (entry: Entry) => boolean {
  return (entry) => visibility === 'all' || entry.deleted === (visibility === 'deleted');
}

function set<V>(map: Map<string | null, V>, subject: string | null, value: V | null): void {
  if (value === null) map.delete(subject);
  else map.set(subject, value);
}
