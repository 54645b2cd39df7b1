export interface Room {
  id: string;
  seats: number;
  building: string;
}

export interface Course {
  id: string;
  participants: number;
  /** A room that the lecturer asked for; rooms are renamed and closed now and then. */
  wishedRoom?: string;
}

export class PlanningError extends Error {}

export class RoomPlan {
  private readonly rooms: Map<string, Room>;
  private readonly taken = new Set<string>();

  constructor(rooms: Room[]) {
    this.rooms = new Map(rooms.map((room) => [room.id, room]));
  }

  /** The room that a course gets for the term. */
  assign(course: Course): Room {
    const room = course.wishedRoom === undefined
      ? this.smallestFree(course.participants)
      : this.wished(course, course.wishedRoom);
    this.taken.add(room.id);
    return room;
  }

  private wished(course: Course, id: string): Room {
    const room = this.rooms.get(id);
    if (room === undefined) {
      throw new PlanningError(`course ${course.id} asks for room ${id}, which is not listed`);
    }
    if (room.seats < course.participants || this.taken.has(id)) {
      return this.smallestFree(course.participants);
    }
    return room;
  }

  private smallestFree(participants: number): Room {
    const fitting = [...this.rooms.values()]
      .filter((room) => room.seats >= participants && !this.taken.has(room.id))
      .sort((a, b) => a.seats - b.seats);
    if (fitting.length === 0) {
      throw new PlanningError(`no free room has ${participants} seats`);
    }
    return fitting[0];
  }
}
