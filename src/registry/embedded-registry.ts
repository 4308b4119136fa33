import { incompatibilities, validateSchema, type EarlierVersion } from './compatibility.js';
import { identityOf } from './identity.js';
import { invalidSchema, RegistryError, subjectNotFound, versionNotFound } from './registry-error.js';
import { readRecord, writeRecord, type RegistryMode, type RegistryRecord } from './registry-record.js';
import type {
  Compatibility, CompatibilityLevel, ResolvedSchema, SchemaDefinition, SchemaReference, SchemaRegistry, StoredSchema, SubjectVersion,
} from './registry.js';
import type { SchemaLog } from './schema-log.js';
import { SubjectTable } from './subject-table.js';

const LAST_VERSION = 2_147_483_647;

/**
 * Subjects, versions and ids over a log: everything in memory, every change in the log first. The same schema has one id in
 * all subjects; an id is never given twice. The rules are those of Confluent's registry.
 */
export class EmbeddedRegistry implements SchemaRegistry {
  /** What the registry holds, deleted versions included. */
  readonly table = new SubjectTable();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly log: SchemaLog,
    private readonly defaultLevel: CompatibilityLevel,
  ) {}

  /** `defaultLevel` is the global level until one is set. */
  static async open(log: SchemaLog, defaultLevel: CompatibilityLevel = 'BACKWARD'): Promise<EmbeddedRegistry> {
    const registry = new EmbeddedRegistry(log, defaultLevel);
    for (const each of await log.read()) {
      const record = readRecord(each);
      if (record !== null) registry.table.apply(record);
    }
    return registry;
  }

  register(subject: string, schema: SchemaDefinition): Promise<number> {
    return this.exclusive(async () => {
      this.refuseUnlessWritable(subject);
      const same = this.table.find(subject, schema, 'live');
      if (same !== null) return same.id;
      const { compatible, messages } = this.checkNow(schema, this.table.versions(subject, 'live'), this.levelOf(subject));
      if (!compatible) throw new RegistryError(409, `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${messages.join(', ')}]`);
      const id = this.table.idOf(schema) ?? this.table.highestId + 1;
      await this.commit({ kind: 'schema', version: { ...schema, id, subject, version: this.nextVersion(subject) }, deleted: false });
      return id;
    });
  }

  /** Puts a schema under an id of the caller's choice, as imports do. */
  import(subject: string, schema: SchemaDefinition, id: number, version: number | null = null): Promise<void> {
    return this.exclusive(async () => {
      this.validate(schema);
      const taken = this.table.schema(id);
      if (taken !== null && identityOf(taken) !== identityOf(schema)) throw new RegistryError(42205, `Overwrite new schema with id ${id} is not permitted.`);
      await this.commit({ kind: 'schema', version: { ...schema, id, subject, version: version ?? this.nextVersion(subject) }, deleted: false });
    });
  }

  async find(subject: string, schema: SchemaDefinition): Promise<SubjectVersion | null> {
    return this.table.find(subject, schema, 'live');
  }

  async byId(id: number): Promise<StoredSchema | null> {
    return this.table.schema(id);
  }

  async latest(subject: string): Promise<SubjectVersion | null> {
    return this.table.versions(subject, 'live').at(-1) ?? null;
  }

  async version(subject: string, version: number): Promise<SubjectVersion | null> {
    return this.table.versions(subject, 'live').find((each) => each.version === version) ?? null;
  }

  async versions(subject: string): Promise<readonly number[]> {
    return this.table.versions(subject, 'live').map((each) => each.version);
  }

  async subjects(): Promise<readonly string[]> {
    return this.table.subjects('live');
  }

  async check(subject: string, schema: SchemaDefinition): Promise<Compatibility> {
    return this.checkNow(schema, this.table.versions(subject, 'live'), this.levelOf(subject));
  }

  /** Against one version only, at the subject's level. */
  async checkVersion(subject: string, schema: SchemaDefinition, version: number | 'latest'): Promise<Compatibility> {
    if (this.table.versions(subject, 'live').length === 0) throw subjectNotFound(subject);
    const found = version === 'latest' ? await this.latest(subject) : await this.version(subject, version);
    if (found === null) throw versionNotFound(version);
    return this.checkNow(schema, [found], this.levelOf(subject));
  }

  async compatibility(subject: string | null): Promise<CompatibilityLevel> {
    return this.levelOf(subject);
  }

  async setCompatibility(subject: string | null, level: CompatibilityLevel | null): Promise<void> {
    await this.exclusive(() => this.commit({ kind: 'config', subject, level }));
  }

  mode(subject: string | null): RegistryMode {
    return this.table.mode(subject) ?? this.table.mode(null) ?? 'READWRITE';
  }

  async setMode(subject: string | null, mode: RegistryMode | null): Promise<void> {
    await this.exclusive(() => this.commit({ kind: 'mode', subject, mode }));
  }

  deleteSubject(subject: string, permanent: boolean): Promise<readonly number[]> {
    return this.exclusive(async () => {
      this.refuseUnlessWritable(subject);
      const live = this.table.versions(subject, 'live');
      const all = this.table.versions(subject, 'all');
      if (all.length === 0) return [];
      if (permanent && live.length > 0) throw new RegistryError(40405, `Subject '${subject}' was not deleted first before being permanently deleted`);
      if (!permanent && live.length === 0) throw new RegistryError(40404, `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`);
      const versions = permanent ? all : live;
      for (const version of versions) this.refuseWhenReferred(version, permanent);
      await this.remove(versions, permanent);
      if (permanent || this.table.level(subject) !== null) await this.commit({ kind: 'config', subject, level: null });
      return versions.map((each) => each.version);
    });
  }

  deleteVersion(subject: string, version: number, permanent: boolean): Promise<boolean> {
    return this.exclusive(async () => {
      this.refuseUnlessWritable(subject);
      const found = this.table.versions(subject, 'all').find((each) => each.version === version);
      if (found === undefined) return false;
      const deleted = this.table.isDeleted(subject, version);
      if (permanent && !deleted) throw new RegistryError(40407, `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`);
      if (!permanent && deleted) throw new RegistryError(40406, `Subject '${subject}' Version ${version} was soft deleted. Set permanent=true to delete permanently`);
      this.refuseWhenReferred(found, permanent);
      await this.remove([found], permanent);
      return true;
    });
  }

  close(): Promise<void> {
    return this.log.close();
  }

  // One change at a time: two equal registrations under way must get one id.
  private exclusive<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(change);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async commit(record: RegistryRecord): Promise<void> {
    const { key, value } = writeRecord(record);
    await this.log.append(key, value);
    this.table.apply(record);
  }

  private async remove(versions: readonly SubjectVersion[], permanent: boolean): Promise<void> {
    // Compaction takes away the record that would tell which ids have been given.
    if (permanent) await this.commit({ kind: 'highestId', id: this.table.highestId });
    for (const version of versions) {
      await this.commit(permanent ? { kind: 'forgotten', subject: version.subject, version: version.version } : { kind: 'schema', version, deleted: true });
    }
  }

  private levelOf(subject: string | null): CompatibilityLevel {
    return this.table.level(subject) ?? this.table.level(null) ?? this.defaultLevel;
  }

  private nextVersion(subject: string): number {
    const last = this.table.versions(subject, 'all').at(-1)?.version ?? 0;
    if (last >= LAST_VERSION) throw new RegistryError(42202, `Subject '${subject}' has no version numbers left.`);
    return last + 1;
  }

  private checkNow(schema: SchemaDefinition, versions: readonly SubjectVersion[], level: CompatibilityLevel): Compatibility {
    const resolved = this.validate(schema);
    const earlier = versions.map((each): EarlierVersion => ({ version: each.version, schema: this.resolve(each) }));
    const messages = incompatibilities(resolved, earlier, level);
    return { compatible: messages.length === 0, messages };
  }

  private validate(schema: SchemaDefinition): ResolvedSchema {
    const resolved = this.resolve(schema);
    validateSchema(resolved);
    return resolved;
  }

  private resolve(schema: SchemaDefinition): ResolvedSchema {
    return { kind: schema.kind, text: schema.text, references: schema.references.map((reference) => ({ name: reference.name, schema: this.resolve(this.referred(reference)) })) };
  }

  // References lead to versions that were there before, so they never go round in circles; deleted ones are still readable.
  private referred({ subject, version }: SchemaReference): SubjectVersion {
    const found = this.table.versions(subject, 'all').find((each) => each.version === version);
    if (found === undefined) throw invalidSchema(`No schema reference found for subject "${subject}" and version ${version}`);
    return found;
  }

  private refuseUnlessWritable(subject: string): void {
    const mode = this.mode(subject);
    if (mode === 'READONLY' || mode === 'READONLY_OVERRIDE' || this.table.mode(null) === 'READONLY_OVERRIDE') throw new RegistryError(42205, `Subject ${subject} is in read-only mode`);
  }

  // A deleted version that refers here is still readable, so it counts until it is gone for good.
  private refuseWhenReferred({ subject, version }: SubjectVersion, permanent: boolean): void {
    const referrers = this.table.referrers(subject, version, permanent ? 'all' : 'live').filter((each) => each.subject !== subject);
    if (referrers.length === 0) return;
    throw new RegistryError(42206, `One or more references exist to the schema {subject=${subject},version=${version}}.`);
  }
}
