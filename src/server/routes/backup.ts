import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors/index.js';
import { sendFailure } from '../answer.js';
import type { RouteContext } from './context.js';

/** GET /backup: the data folder as it is now, as `millrace backup` takes it. The server writes nothing by itself. */
export function backupRoute(app: FastifyInstance, { backup }: RouteContext): void {
  app.get('/backup', async (_request, reply) => {
    try {
      if (backup === undefined) throw new RequestError('BAD_REQUEST', 'There is no data folder to back up');
      const bytes = await backup();
      return await reply.header('content-type', 'application/octet-stream').send(Readable.from(bytes, { objectMode: false }));
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
}
