export { ServerMetrics } from './metrics.js';
export { openServer, type RunningServer, type ServerOptions } from './open-server.js';
export { readClientTls } from './tls/tls-settings.js';
export { jsonWriter, rowWriter, type JsonWriter } from './value-json.js';
