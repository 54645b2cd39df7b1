import type { Pool } from 'pg';

export interface Reading {
  stationId: number;
  takenAt: Date;
  levelMillimetres: number;
}

export class ReadingStore {
  constructor(private readonly pool: Pool) {}

  /** Stores the readings of one upload, all or none, and returns how many there were. */
  async store(readings: readonly Reading[]): Promise<number> {
    if (readings.length === 0) {
      return 0;
    }
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      for (const reading of readings) {
        await client.query(
          `INSERT INTO readings (station_id, taken_at, level_mm) VALUES ($1, $2, $3)
             ON CONFLICT (station_id, taken_at) DO UPDATE SET level_mm = EXCLUDED.level_mm`,
          [reading.stationId, reading.takenAt, reading.levelMillimetres],
        );
      }
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
    client.release();
    return readings.length;
  }

  async latest(stationId: number): Promise<Reading | undefined> {
    const { rows } = await this.pool.query<{ taken_at: Date; level_mm: number }>(
      `SELECT taken_at, level_mm FROM readings
        WHERE station_id = $1 ORDER BY taken_at DESC LIMIT 1`,
      [stationId],
    );
    if (rows.length === 0) {
      return undefined;
    }
    return { stationId, takenAt: rows[0].taken_at, levelMillimetres: rows[0].level_mm };
  }
}
