import type { FastifyInstance } from 'fastify';
import { RegistryError, schemaNotFound, subjectNotFound, type EmbeddedRegistry } from '../../engine/index.js';
import { integerField } from '../read-body.js';
import { answering, answeringText, bodyOf, foundVersion, isAsked, isLatest, paged, schemaIn, shownVersion, visibilityOf, type RegistryRequest } from './registry-answer.js';

/** /subjects: names, versions, registering, looking up, deleting. */
export function registrySubjectRoutes(app: FastifyInstance, registry: EmbeddedRegistry): void {
  const { table } = registry;
  app.get('/subjects', answering(async (request) => paged(request, table.subjects(visibilityOf(request)).filter((subject) => subject.startsWith(request.query['subjectPrefix'] ?? '')))));
  app.post('/subjects/:subject', answering((request) => lookUp(registry, request)));
  app.delete('/subjects/:subject', answering(async (request) => {
    const versions = await registry.deleteSubject(request.params.subject, isAsked(request, 'permanent'));
    if (versions.length === 0) throw subjectNotFound(request.params.subject);
    return versions;
  }));
  app.get('/subjects/:subject/versions', answering(async (request) => {
    const versions = table.versions(request.params.subject, visibilityOf(request));
    if (versions.length === 0) throw subjectNotFound(request.params.subject);
    return paged(request, versions.map((each) => each.version));
  }));
  app.post('/subjects/:subject/versions', answering((request) => register(registry, request)));
  app.get('/subjects/:subject/versions/:version', answering(async (request) => shownVersion(foundVersion(registry, request))));
  app.get('/subjects/:subject/versions/:version/schema', answeringText(async (request) => foundVersion(registry, request).text));
  app.get('/subjects/:subject/versions/:version/referencedby', answering(async (request) => {
    const { subject, version } = foundVersion(registry, request);
    return table.referrers(subject, version, visibilityOf(request)).map((each) => each.id);
  }));
  app.delete('/subjects/:subject/versions/:version', answering(async (request) => {
    const permanent = isAsked(request, 'permanent');
    // Deleted versions are looked at too, so that the refusal can say that they are deleted.
    const { subject, version } = foundVersion(registry, request, permanent || !isLatest(request) ? 'all' : 'live');
    if (!(await registry.deleteVersion(subject, version, permanent))) throw new RegistryError(40402, `Version ${version} not found.`);
    return version;
  }));
}

async function lookUp(registry: EmbeddedRegistry, request: RegistryRequest): Promise<object> {
  const { subject } = request.params;
  const schema = schemaIn(await bodyOf(request));
  const visibility = isAsked(request, 'deleted') ? 'all' : 'live';
  if (registry.table.versions(subject, visibility).length === 0) throw subjectNotFound(subject);
  const found = registry.table.find(subject, schema, visibility);
  if (found === null) throw schemaNotFound();
  return shownVersion(found);
}

async function register(registry: EmbeddedRegistry, request: RegistryRequest): Promise<object> {
  const { subject } = request.params;
  const body = await bodyOf(request);
  const schema = schemaIn(body);
  const id = integerField(body, 'id');
  if (id === undefined || id < 0) return { id: await registry.register(subject, schema) };
  if (registry.mode(subject) !== 'IMPORT') throw new RegistryError(42205, `Subject ${subject} is not in import mode`);
  await registry.import(subject, schema, id, integerField(body, 'version') ?? null);
  return { id };
}
