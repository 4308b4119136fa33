const FIRST_BYTES = 64 * 1024;

/** Pieces put together as they come. However small the pieces are, they cost no more than their bytes. */
export class CollectedBytes {
  private first: Buffer | null = null;
  private buffer: Buffer = Buffer.alloc(0);
  length = 0;

  add(piece: Buffer): void {
    const { length } = this;
    this.length += piece.length;
    // Most are whole with their first piece, which is then taken as it is.
    if (length === 0) {
      this.first = piece;
      return;
    }
    if (this.first !== null) this.grow(this.first);
    if (this.length > this.buffer.length) this.grow(this.buffer.subarray(0, length));
    piece.copy(this.buffer, length);
  }

  bytes(): Buffer {
    return this.first ?? this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.first = null;
    this.buffer = Buffer.alloc(0);
    this.length = 0;
  }

  private grow(held: Buffer): void {
    const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * this.length));
    held.copy(larger);
    this.buffer = larger;
    this.first = null;
  }
}
