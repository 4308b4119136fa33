export { ServerMetrics } from './metrics.js';
export { openServer, type RunningServer, type ServerOptions } from './open-server.js';
export { jsonWriter, rowWriter, type JsonWriter } from './value-json.js';
