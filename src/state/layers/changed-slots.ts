import type { TableSlot } from './table-slot.js';

/** Left in the lists before they are closed up. */
const MAX_HOLES = 1024;

/** What changed since the last commit, and what of it is still to be forwarded; each in first-changed order, null where a row came and went. */
export class ChangedSlots {
  dirty: (TableSlot | null)[] = [];
  pending: (TableSlot | null)[] = [];
  private holes = 0;

  addDirty(slot: TableSlot): void {
    slot.dirty = true;
    slot.dirtyAt = this.dirty.push(slot) - 1;
  }
  addPending(slot: TableSlot): void {
    slot.pending = true;
    slot.pendingAt = this.pending.push(slot) - 1;
  }
  takePending(): readonly (TableSlot | null)[] {
    const { pending } = this;
    this.pending = [];
    return pending;
  }
  takeDirty(): readonly (TableSlot | null)[] {
    const { dirty } = this;
    this.dirty = [];
    this.holes = 0;
    return dirty;
  }
  clear(): void {
    this.takeDirty();
    this.takePending();
  }

  forget(slot: TableSlot): void {
    this.dirty[slot.dirtyAt] = null;
    if (slot.pending) this.pending[slot.pendingAt] = null;
    slot.dirty = false;
    slot.pending = false;
    if (++this.holes < MAX_HOLES || this.holes * 2 < this.dirty.length) return;
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
