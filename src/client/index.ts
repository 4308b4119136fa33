export { HttpClient, ServerAnswerError, type ClientColumn, type ClientOptions, type ClientRequest, type ClientRows } from './http-client.js';
