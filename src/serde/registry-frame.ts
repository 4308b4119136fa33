import { RecordError } from '../errors/index.js';
import type { ByteSink, RegisteredSchema, SideLayout } from './format.js';

/** Bytes before the payload: a zero, and the id of the schema it was written with. */
export const FRAME_BYTES = 5;

/** The schema id in front of a record of a registry format. */
export function readSchemaId(buffer: Buffer, position: number, length: number, plainFormat: string): number {
  if (length < FRAME_BYTES) throw new RecordError(`The record has ${length} bytes, too few for a magic byte and a schema id. ${advice(plainFormat)}`);
  const magic = buffer[position] ?? 0;
  if (magic !== 0) throw new RecordError(`The record starts with byte ${magic}, not with the magic byte 0 of the schema registry. ${advice(plainFormat)}`);
  return buffer.readInt32BE(position + 1);
}

function advice(plainFormat: string): string {
  return `It may have been written without the registry; its format may be ${plainFormat}.`;
}

export function writeFrame(sink: ByteSink, schemaId: number): void {
  sink.reserve(FRAME_BYTES);
  sink.buffer[sink.position] = 0;
  sink.buffer.writeInt32BE(schemaId, sink.position + 1);
  sink.position += FRAME_BYTES;
}

/** The schema to write with: the one given by id, or the one registered for the subject when the statement was executed. */
export function writerSchema(layout: SideLayout): RegisteredSchema {
  const given = layout.format.properties.schemaId;
  return layout.schemas.byId(given === undefined ? layout.schemas.idForWriting(layout.subject) : Number(given));
}

/** Remembers one compiled thing per schema id. */
export class BySchemaId<T> {
  private readonly compiled = new Map<number, T>();
  private lastId = -1;
  private last: T | null = null;

  constructor(private readonly compile: (id: number) => T) {}

  get(id: number): T {
    if (id === this.lastId && this.last !== null) return this.last;
    let value = this.compiled.get(id);
    if (value === undefined) {
      value = this.compile(id);
      this.compiled.set(id, value);
    }
    this.lastId = id;
    this.last = value;
    return value;
  }
}
