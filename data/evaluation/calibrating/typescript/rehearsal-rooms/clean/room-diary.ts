export interface Slot {
  /** Minutes since the week began; `end` is exclusive. */
  start: number;
  end: number;
}

export interface Entry extends Slot {
  band: string;
}

export type Outcome = { ok: true; entry: Entry } | { ok: false; reason: string };

const WEEK_MINUTES = 7 * 24 * 60;
const STEP_MINUTES = 15;

function isValid(slot: Slot): boolean {
  return (
    Number.isInteger(slot.start) &&
    Number.isInteger(slot.end) &&
    slot.start >= 0 &&
    slot.start < slot.end &&
    slot.end <= WEEK_MINUTES &&
    slot.start % STEP_MINUTES === 0 &&
    slot.end % STEP_MINUTES === 0
  );
}

function collides(wanted: Slot, taken: Slot): boolean {
  return wanted.start < taken.end && taken.start < wanted.end;
}

/** The weekly diary of the rehearsal rooms. */
export class RoomDiary {
  private readonly rooms = new Map<string, Entry[]>();

  constructor(roomNames: Iterable<string>) {
    for (const name of roomNames) {
      this.rooms.set(name, []);
    }
  }

  reserve(room: string, band: string, slot: Slot): Outcome {
    const entries = this.rooms.get(room);
    if (entries === undefined) {
      return { ok: false, reason: `there is no room ${room}` };
    }
    if (!isValid(slot)) {
      return { ok: false, reason: "a slot lies within the week, in quarters of an hour" };
    }
    const other = entries.find((entry) => collides(slot, entry));
    if (other !== undefined) {
      return { ok: false, reason: `${other.band} has the room at that time` };
    }
    const entry: Entry = { band, start: slot.start, end: slot.end };
    entries.push(entry);
    entries.sort((a, b) => a.start - b.start);
    return { ok: true, entry: { ...entry } };
  }

  entriesOf(room: string): Entry[] {
    return (this.rooms.get(room) ?? []).map((entry) => ({ ...entry }));
  }
}
