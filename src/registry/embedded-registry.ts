import { RequestError } from '../errors/index.js';
import type { CompatibilityCheck } from './compatibility.js';
import type { CompatibilityLevel, SchemaDefinition, SchemaRegistry, StoredSchema, SubjectVersion } from './registry.js';
import { readSchemaRecord, schemaRecord } from './schema-record.js';
import type { SchemaLog } from './schema-log.js';

const sameDefinition = (left: SchemaDefinition, right: SchemaDefinition): boolean =>
  left.kind === right.kind && left.text === right.text && JSON.stringify(left.references) === JSON.stringify(right.references);

/**
 * Subjects, versions and ids over a log: everything in memory, every change in the log first. The same schema has one id in
 * all subjects; ids and versions are never given twice.
 */
export class EmbeddedRegistry implements SchemaRegistry {
  private readonly schemas = new Map<number, StoredSchema>();
  private readonly subjectVersions = new Map<string, SubjectVersion[]>();
  private readonly deleted = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly log: SchemaLog,
    private readonly compatible: CompatibilityCheck,
    private readonly level: CompatibilityLevel,
  ) {}

  static async open(log: SchemaLog, compatible: CompatibilityCheck, level: CompatibilityLevel): Promise<EmbeddedRegistry> {
    const registry = new EmbeddedRegistry(log, compatible, level);
    for (const record of await log.read()) {
      const found = readSchemaRecord(record.value);
      if (found !== null) registry.put(found.version, found.deleted);
    }
    return registry;
  }

  register(subject: string, schema: SchemaDefinition): Promise<number> {
    // One at a time: two equal registrations under way must get one id.
    const mine = this.turn.then(() => this.registerNow(subject, schema));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  byId(id: number): Promise<StoredSchema | null> {
    return Promise.resolve(this.schemas.get(id) ?? null);
  }

  latest(subject: string): Promise<SubjectVersion | null> {
    return Promise.resolve(this.live(subject).at(-1) ?? null);
  }

  version(subject: string, version: number): Promise<SubjectVersion | null> {
    return Promise.resolve(this.live(subject).find((each) => each.version === version) ?? null);
  }

  versions(subject: string): Promise<readonly number[]> {
    return Promise.resolve(this.live(subject).map((each) => each.version));
  }

  subjects(): Promise<readonly string[]> {
    return Promise.resolve([...this.subjectVersions.keys()].filter((subject) => this.live(subject).length > 0));
  }

  check(subject: string, schema: SchemaDefinition): Promise<{ readonly compatible: boolean; readonly messages: readonly string[] }> {
    const messages = this.compatible(schema, this.live(subject), this.level);
    return Promise.resolve({ compatible: messages.length === 0, messages });
  }

  async deleteSubject(subject: string, permanent: boolean): Promise<readonly number[]> {
    const versions = permanent ? (this.subjectVersions.get(subject) ?? []) : this.live(subject);
    for (const version of versions) {
      const { key, value } = schemaRecord(version, true);
      await this.log.append(key, value);
      this.deleted.add(`${version.version}:${subject}`);
    }
    if (permanent) this.subjectVersions.delete(subject);
    return versions.map((each) => each.version);
  }

  /** Puts a schema under an id of the caller's choice, as imports do. */
  async import(subject: string, schema: SchemaDefinition, id: number): Promise<void> {
    await this.store({ ...schema, id, subject, version: this.nextVersion(subject) });
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private live(subject: string): SubjectVersion[] {
    return (this.subjectVersions.get(subject) ?? []).filter((each) => !this.deleted.has(`${each.version}:${subject}`));
  }

  private nextVersion(subject: string): number {
    return Math.max(0, ...(this.subjectVersions.get(subject) ?? []).map((each) => each.version)) + 1;
  }

  private async registerNow(subject: string, schema: SchemaDefinition): Promise<number> {
    const same = this.live(subject).find((each) => sameDefinition(each, schema));
    if (same !== undefined) return same.id;
    const messages = this.compatible(schema, this.live(subject), this.level);
    if (messages.length > 0) {
      throw new RequestError('CONFLICT', `Schema being registered is incompatible with an earlier schema for subject "${subject}": ${messages.join('; ')}`);
    }
    const known = [...this.schemas.values()].find((each) => sameDefinition(each, schema));
    const id = known?.id ?? Math.max(0, ...this.schemas.keys()) + 1;
    await this.store({ ...schema, id, subject, version: this.nextVersion(subject) });
    return id;
  }

  private async store(version: SubjectVersion): Promise<void> {
    const { key, value } = schemaRecord(version, false);
    await this.log.append(key, value);
    this.put(version, false);
  }

  private put(version: SubjectVersion, deleted: boolean): void {
    const { subject, ...schema } = version;
    const mark = `${version.version}:${subject}`;
    this.schemas.set(version.id, { id: schema.id, kind: schema.kind, text: schema.text, references: schema.references });
    const versions = this.subjectVersions.get(subject) ?? [];
    if (!versions.some((each) => each.version === version.version)) versions.push(version);
    this.subjectVersions.set(subject, versions.sort((left, right) => left.version - right.version));
    if (deleted) this.deleted.add(mark);
    else this.deleted.delete(mark);
  }
}
