import type { Pool } from 'pg';

const PAGE_SIZE = 50;

export interface ApplicationFilter {
  reviewerId?: number;
  title?: string;
  submittedAfter?: Date;
}

export interface ApplicationRow {
  id: number;
  title: string;
  submitted_at: Date;
}

function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Finds applications of a programme for the reviewers' search form. */
export class ApplicationSearch {
  constructor(private readonly pool: Pool) {}

  async find(
    programme: string,
    filter: ApplicationFilter,
    page: number,
  ): Promise<ApplicationRow[]> {
    const values: unknown[] = [programme];
    const conditions = ['programme = $1'];
    if (filter.reviewerId !== undefined) {
      values.push(filter.reviewerId);
      conditions.push(`reviewer_id = $${values.length}`);
    }
    if (filter.title !== undefined) {
      conditions.push(`title ILIKE '${likePattern(filter.title)}'`);
    }
    if (filter.submittedAfter !== undefined) {
      values.push(filter.submittedAfter);
      conditions.push(`submitted_at > $${values.length}`);
    }
    values.push(PAGE_SIZE, page * PAGE_SIZE);
    const { rows } = await this.pool.query<ApplicationRow>(
      `SELECT id, title, submitted_at FROM applications
        WHERE ${conditions.join(' AND ')}
        ORDER BY submitted_at DESC, id
        LIMIT $${values.length - 1} OFFSET $${values.length}`,
      values,
    );
    return rows;
  }
}
