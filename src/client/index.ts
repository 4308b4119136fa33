export { HttpClient, ServerAnswerError, type ClientColumn, type ClientExport, type ClientOptions, type ClientRequest, type ClientRows } from './http-client.js';
