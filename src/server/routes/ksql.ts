import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { errorBody } from '../error-body.js';
import { JSON_TYPE, negotiate, V1_JSON } from '../media-types.js';
import { numberField, parseBody, propertiesField, stringField, variablesField } from '../read-body.js';
import type { RouteContext } from './context.js';

/** POST /ksql: statements. */
export function ksqlRoute(app: FastifyInstance, { engine }: RouteContext): void {
  app.post<{ Body: string }>('/ksql', async (request, reply) => {
    const type = negotiate(request.headers.accept, V1_JSON, [V1_JSON, JSON_TYPE]);
    if (type === null) return reply.code(406).send();
    try {
      const body = parseBody(request.body);
      const sql = stringField(body, 'ksql') ?? '';
      const sequence = numberField(body, 'commandSequenceNumber');
      if (sequence !== undefined && !Number.isInteger(sequence)) throw new RequestError('BAD_REQUEST', 'commandSequenceNumber must be an integer');
      const entities = await engine.execute(sql, {
        properties: propertiesField(body, 'streamsProperties'),
        variables: variablesField(body, 'sessionVariables'),
        requestProperties: propertiesField(body, 'requestProperties'),
        ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
      });
      return await reply.code(200).type(type).send(JSON.stringify(entities));
    } catch (error) {
      const failure = errorBody(error);
      return reply.code(failure.status).type(type).send(JSON.stringify(failure.body));
    }
  });
}
