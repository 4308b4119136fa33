import pino from 'pino';
import type { LogFields, Logger } from '../src/env/index.js';

/** JSON lines on standard error; secrets in known fields are masked. */
export function createLog(level: string): Logger {
  const root = pino({ level, redact: ['password', 'secret', 'token', 'credentials', 'authorization'] }, pino.destination({ dest: 2, sync: true }));
  const wrap = (log: pino.Logger): Logger => ({
    debug: (message: string, fields: LogFields = {}) => log.debug(fields, message),
    info: (message: string, fields: LogFields = {}) => log.info(fields, message),
    warn: (message: string, fields: LogFields = {}) => log.warn(fields, message),
    error: (message: string, fields: LogFields = {}) => log.error(fields, message),
    child: (fields: LogFields) => wrap(log.child(fields)),
  });
  return wrap(root);
}
