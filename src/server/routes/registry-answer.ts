import type { FastifyReply, FastifyRequest } from 'fastify';
import { compatibilityLevel, RegistryError, type EmbeddedRegistry, type SchemaDefinition, type SchemaReference, type SubjectVersion, type Visibility } from '../../engine/index.js';
import { BrokerError, ERROR_CODES, MillraceError, RequestError } from '../../errors/index.js';
import { COMPATIBILITY_BODY, SCHEMA_BODY } from '../bodies.js';
import { field, parseBody, type Json, type JsonObject } from '../read-body.js';
import { readText } from '../read-text.js';

const REGISTRY_JSON = 'application/vnd.schemaregistry.v1+json';
const MAX_VERSION = 2_147_483_647;

/** A request with what its address says; absent parts are undefined. */
export type RegistryRequest = FastifyRequest<{ Params: { subject: string; version: string; id: string }; Querystring: Readonly<Record<string, string | undefined>> }>;

type Route<T> = (work: (request: RegistryRequest) => Promise<T>) => (request: RegistryRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** A route whose result is sent as the registry's JSON, and whose errors are `{error_code, message}`. */
export const answering: Route<unknown> = (work) => answeringText(async (request) => JSON.stringify(await work(request)));

/** A route whose result is sent as it is: a schema. */
export const answeringText: Route<string> = (work) => async (request, reply) => {
  try {
    return send(reply, await work(request));
  } catch (error) {
    const { status, code, message } = failureOf(error);
    return send(reply.code(status), JSON.stringify({ error_code: code, message }));
  }
};

// As bytes: to text the server would add a charset, which some clients do not expect there.
function send(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', REGISTRY_JSON).send(Buffer.from(text));
}

function failureOf(error: unknown): { readonly status: number; readonly code: number; readonly message: string } {
  if (error instanceof RegistryError) return { status: error.status, code: error.registryCode, message: error.message };
  if (error instanceof BrokerError) return { status: 500, code: 50001, message: 'Error in the backend data store' };
  if (!(error instanceof MillraceError)) return { status: 500, code: 50001, message: 'The registry failed to answer this request' };
  const status = Math.floor(ERROR_CODES[error.code].rest / 100);
  return { status, code: status, message: error.message };
}

/** The body; one that is missing or no JSON object is refused. */
export async function bodyOf(request: RegistryRequest): Promise<JsonObject> {
  const text = await readText(request.raw, request.maxBodyBytes);
  if (text.trim() === '') throw new RegistryError(42201, 'Empty schema');
  return parseBody(text);
}

/** A schema as clients send it. */
export function schemaIn(body: JsonObject): SchemaDefinition {
  const type = SCHEMA_BODY.schemaType.of(body) ?? 'AVRO';
  const text = SCHEMA_BODY.schema.of(body) ?? '';
  if (type !== 'AVRO' && type !== 'PROTOBUF' && type !== 'JSON') throw new RegistryError(42201, `Invalid schema type ${type}`);
  if (text.trim() === '') throw new RegistryError(42201, 'Empty schema');
  return { kind: type, text, references: referencesIn(field(body, 'references')) };
}

function referencesIn(value: Json | undefined): readonly SchemaReference[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new RequestError('BAD_REQUEST', 'references must be an array');
  const items: readonly Json[] = value;
  return items.map((each) => {
    if (typeof each !== 'object' || each === null || !('name' in each)) throw new RequestError('BAD_REQUEST', 'A reference is an object with name, subject and version');
    const { name, subject, version } = each;
    if (typeof name !== 'string' || typeof subject !== 'string' || typeof version !== 'number') throw new RequestError('BAD_REQUEST', 'A reference has a name, a subject and the number of a version');
    return { name, subject, version };
  });
}

/** A version as the registry shows it. Avro goes without saying. */
export function shownVersion(version: SubjectVersion): object {
  return { subject: version.subject, version: version.version, id: version.id, ...typed(version), schema: version.text };
}

export function typed(schema: SchemaDefinition): object {
  return { ...(schema.kind === 'AVRO' ? {} : { schemaType: schema.kind }), ...(schema.references.length === 0 ? {} : { references: schema.references }) };
}

export function versionIn(text: string): number | 'latest' {
  if (text === 'latest' || text === '-1') return 'latest';
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (version < 1 || version > MAX_VERSION) throw new RegistryError(42202, `The specified version '${text}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`);
  return version;
}

export function idIn(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new RegistryError(40403, `Schema ${text} not found`);
  return Number(text);
}

export const isAsked = (request: RegistryRequest, name: string): boolean => request.query[name]?.toLowerCase() === 'true';
export const visibilityOf = (request: RegistryRequest): Visibility => (isAsked(request, 'deletedOnly') ? 'deleted' : isAsked(request, 'deleted') ? 'all' : 'live');

export const isLatest = (request: RegistryRequest): boolean => versionIn(request.params.version) === 'latest';

/** `offset` and `limit` of a list. */
export function paged<T>(request: RegistryRequest, items: readonly T[]): readonly T[] {
  const offset = Math.max(0, Number(request.query['offset'] ?? 0) || 0);
  const limit = Number(request.query['limit'] ?? -1);
  return items.slice(offset, limit > 0 ? offset + limit : undefined);
}

export function levelIn(body: JsonObject): NonNullable<ReturnType<typeof compatibilityLevel>> {
  const level = compatibilityLevel(COMPATIBILITY_BODY.compatibility.of(body) ?? null);
  if (level === null) throw new RegistryError(42203, 'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive');
  return level;
}

/** The version that an address names; 40401 or 40402 where there is none. */
export function foundVersion({ table }: EmbeddedRegistry, request: RegistryRequest, visibility: Visibility = isAsked(request, 'deleted') ? 'all' : 'live'): SubjectVersion {
  const { subject, version: text } = request.params;
  const version = versionIn(text);
  const versions = table.versions(subject, visibility);
  if (versions.length === 0) throw new RegistryError(40401, `Subject '${subject}' not found.`);
  const found = version === 'latest' ? versions.at(-1) : versions.find((each) => each.version === version);
  if (found === undefined) throw new RegistryError(40402, `Version ${version} not found.`);
  return found;
}
