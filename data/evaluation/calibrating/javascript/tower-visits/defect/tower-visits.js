const MAX_PARTY = 12;

export class BookingError extends Error {}

async function inTransaction(pool, work) {
  const client = await pool.connect();
  let broken;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (err) {
    try {
      await client.query("ROLLBACK");
    } catch (rollbackError) {
      // the pool throws the connection away instead of lending it again
      broken = rollbackError;
    }
    throw err;
  } finally {
    client.release(broken);
  }
}

/** Guided climbs of the bell tower; `pool` is a pg.Pool. */
export class TowerVisits {
  constructor(pool) {
    this.pool = pool;
  }

  async book(climbId, visitorId, party) {
    if (!Number.isInteger(party) || party < 1 || party > MAX_PARTY) {
      throw new BookingError(`a party has 1 to ${MAX_PARTY} people`);
    }
    return inTransaction(this.pool, async (client) => {
      const climb = await client.query("SELECT places_left FROM climbs WHERE id = $1", [climbId]);
      if (climb.rowCount === 0) {
        throw new BookingError("no such climb");
      }
      const left = climb.rows[0].places_left - party;
      if (left < 0) {
        throw new BookingError("not enough places left");
      }
      await client.query("UPDATE climbs SET places_left = $2 WHERE id = $1", [climbId, left]);
      const ticket = await client.query(
        "INSERT INTO tickets (climb_id, visitor_id, party) VALUES ($1, $2, $3) RETURNING id",
        [climbId, visitorId, party],
      );
      return ticket.rows[0].id;
    });
  }

  async cancel(ticketId, visitorId) {
    return inTransaction(this.pool, async (client) => {
      const gone = await client.query(
        "DELETE FROM tickets WHERE id = $1 AND visitor_id = $2 RETURNING climb_id, party",
        [ticketId, visitorId],
      );
      if (gone.rowCount === 0) {
        throw new BookingError("no such ticket");
      }
      const { climb_id: climbId, party } = gone.rows[0];
      await client.query("UPDATE climbs SET places_left = places_left + $2 WHERE id = $1", [climbId, party]);
    });
  }
}
