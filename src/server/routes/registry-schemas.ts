import type { FastifyInstance } from 'fastify';
import { schemaNotFound, type EmbeddedRegistry, type StoredSchema } from '../../engine/index.js';
import { answering, answeringText, idIn, isAsked, paged, shownVersion, typed, visibilityOf, type RegistryRequest } from './registry-answer.js';

/** /schemas: everything by its id. */
export function registrySchemaRoutes(app: FastifyInstance, registry: EmbeddedRegistry): void {
  const { table } = registry;
  const found = (request: RegistryRequest): StoredSchema => {
    const id = idIn(request.params.id);
    const schema = table.schema(id);
    if (schema === null) throw schemaNotFound(id);
    return schema;
  };
  app.get('/schemas/types', answering(async () => ['JSON', 'PROTOBUF', 'AVRO']));
  app.get('/schemas', answering(async (request) => {
    const subjects = table.subjects(visibilityOf(request)).filter((subject) => subject.startsWith(request.query['subjectPrefix'] ?? ''));
    const versions = subjects.flatMap((subject) => table.versions(subject, visibilityOf(request)).slice(isAsked(request, 'latestOnly') ? -1 : 0));
    return paged(request, versions.map(shownVersion));
  }));
  app.get('/schemas/ids/:id', answering(async (request) => {
    const schema = found(request);
    return { schema: schema.text, ...typed(schema), ...(isAsked(request, 'fetchMaxId') ? { maxId: table.highestId } : {}) };
  }));
  app.get('/schemas/ids/:id/schema', answeringText(async (request) => found(request).text));
  app.get('/schemas/ids/:id/versions', answering(async (request) => table.uses(found(request).id, visibilityOf(request)).map(({ subject, version }) => ({ subject, version }))));
  app.get('/schemas/ids/:id/subjects', answering(async (request) => [...new Set(table.uses(found(request).id, visibilityOf(request)).map(({ subject }) => subject))]));
}
