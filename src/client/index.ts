export { HttpClient, ServerAnswerError, type ClientColumn, type ClientExport, type ClientOptions, type ClientRequest, type ClientRows, type Send, type SendRequest } from './http-client.js';
export { connect, type RemoteDatabase, type RemoteRows } from './remote-database.js';
export type { ClientRow, ClientValue, TypedColumn } from './read-row.js';
