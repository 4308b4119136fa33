import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * What a task's database was last seen to hold, kept outside of it: a database that lost its tables, its log or its
 * manifest opens without a word, and looks like a younger one. Two slots, written in turn, so a torn write spoils one.
 *
 * Slot: crc u32 · boot u32 · batches f64 · uuid (36 characters)
 */
export interface Sighting {
  readonly uuid: string;
  readonly batches: number;
  /** Checksum of the machine's boot identity; another one means that a power cut may have come between. */
  readonly boot: number;
}

const SLOT_BYTES = 64;
const USED_BYTES = 52;

export class Witness {
  private slot = 0;

  private constructor(
    private readonly file: number,
    private readonly uuid: string,
    private readonly boot: number,
  ) {}

  /** Null when there is none; 'damaged' when there is no whole slot in it. */
  static read(path: string): Sighting | null | 'damaged' {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return null;
    }
    const sightings = [slotAt(bytes, 0), slotAt(bytes, SLOT_BYTES)].filter((sighting) => sighting !== null);
    const newest = sightings.sort((a, b) => b.batches - a.batches)[0];
    return newest ?? 'damaged';
  }

  /** Replaces the file in one step. */
  static create(path: string, sighting: Sighting): Witness {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(`${path}.new`, 'w', 0o600);
    const witness = new Witness(file, sighting.uuid, sighting.boot);
    witness.saw(sighting.batches);
    renameSync(`${path}.new`, path);
    return witness;
  }

  saw(batches: number): void {
    const bytes = Buffer.alloc(SLOT_BYTES);
    bytes.writeUInt32BE(this.boot, 4);
    bytes.writeDoubleBE(batches, 8);
    bytes.write(this.uuid, 16, 'latin1');
    bytes.writeUInt32BE(crc32(bytes.subarray(4, USED_BYTES)), 0);
    writeSync(this.file, bytes, 0, SLOT_BYTES, this.slot * SLOT_BYTES);
    this.slot = 1 - this.slot;
  }

  close(): void {
    closeSync(this.file);
  }
}

function slotAt(bytes: Buffer, at: number): Sighting | null {
  if (bytes.length < at + USED_BYTES) return null;
  if (crc32(bytes.subarray(at + 4, at + USED_BYTES)) !== bytes.readUInt32BE(at)) return null;
  return { boot: bytes.readUInt32BE(at + 4), batches: bytes.readDoubleBE(at + 8), uuid: bytes.toString('latin1', at + 16, at + USED_BYTES) };
}
