import type { TableSlot } from './table-slot.js';

/** Left in the lists before they are closed up. */
const MAX_HOLES = 1024;

/** What changed since the last commit, and what of it is still to be forwarded; each in first-changed order, null where a row came and went. */
export class ChangedSlots {
  dirty: (TableSlot | null)[] = [];
  pending: (TableSlot | null)[] = [];
  private holes = 0;
  /** So many of `pending` were taken. */
  private taken = 0;

  addDirty(slot: TableSlot): void {
    slot.dirty = true;
    slot.dirtyAt = this.dirty.push(slot) - 1;
  }
  addPending(slot: TableSlot): void {
    slot.pending = true;
    slot.pendingAt = this.pending.push(slot) - 1;
  }
  /** Those from the place where the last call ended, at most `most`; the list is empty when they were the last. */
  takePending(most: number): readonly (TableSlot | null)[] {
    const { pending, taken } = this;
    this.taken = Math.min(pending.length, taken + most);
    if (this.taken < pending.length) return pending.slice(taken, this.taken);
    this.pending = [];
    this.taken = 0;
    return taken === 0 ? pending : pending.slice(taken);
  }
  takeDirty(): readonly (TableSlot | null)[] {
    const { dirty } = this;
    this.dirty = [];
    this.holes = 0;
    return dirty;
  }
  clear(): void {
    this.takeDirty();
    this.takePending(Infinity);
  }

  forget(slot: TableSlot): void {
    this.dirty[slot.dirtyAt] = null;
    if (slot.pending) this.pending[slot.pendingAt] = null;
    slot.dirty = false;
    slot.pending = false;
    if (++this.holes < MAX_HOLES || this.holes * 2 < this.dirty.length || this.taken > 0) return;
    this.holes = 0;
    this.dirty = this.dirty.filter((each) => each !== null);
    this.dirty.forEach((each, at) => {
      if (each !== null) each.dirtyAt = at;
    });
    this.pending = this.pending.filter((each) => each !== null);
    this.pending.forEach((each, at) => {
      if (each !== null) each.pendingAt = at;
    });
  }
}
