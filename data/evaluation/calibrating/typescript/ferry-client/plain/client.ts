import { setTimeout as sleep } from "node:timers/promises";

export interface Sailing {
  id: string;
  departsAt: Date;
  freeSeats: number;
}

export interface FerryClientOptions {
  baseUrl: string;
  apiKey: string;
  attempts?: number;
  timeoutMs?: number;
}

export class FerryApiError extends Error {
  constructor(message: string, readonly status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "FerryApiError";
  }
}

function toSailing(raw: unknown): Sailing {
  const { id, departsAt, freeSeats } = (raw ?? {}) as Record<string, unknown>;
  const departs = new Date(typeof departsAt === "string" ? departsAt : NaN);
  if (typeof id !== "string" || Number.isNaN(departs.getTime()) || typeof freeSeats !== "number") {
    throw new FerryApiError("the timetable holds a sailing that cannot be read");
  }
  return { id, departsAt: departs, freeSeats };
}

/** Reads the timetable of the ferry line; tries again when the service is busy or out of reach. */
export class FerryClient {
  private readonly base: URL;
  private readonly attempts: number;
  private readonly timeoutMs: number;

  constructor(private readonly options: FerryClientOptions) {
    this.base = new URL(options.baseUrl);
    this.attempts = Math.max(1, options.attempts ?? 3);
    this.timeoutMs = options.timeoutMs ?? 8000;
  }

  async sailings(route: string): Promise<Sailing[]> {
    const raw = await this.getJson(`/v1/routes/${encodeURIComponent(route)}/sailings`);
    if (!Array.isArray(raw)) {
      throw new FerryApiError("the timetable is not a list");
    }
    return raw.map(toSailing);
  }

  private async getJson(path: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.getOnce(path);
      } catch (err) {
        const failure = err instanceof FerryApiError ? err : new FerryApiError("no answer", undefined, { cause: err });
        const worthwhile = failure.status === undefined || failure.status === 429 || failure.status >= 500;
        if (!worthwhile || attempt >= this.attempts) {
          throw failure;
        }
        await sleep(200 * 2 ** attempt);
      }
    }
  }

  private async getOnce(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, this.base), {
      headers: { Accept: "application/json", Authorization: `Bearer ${this.options.apiKey}` },
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new FerryApiError(`the ferry line answered ${response.status}`, response.status);
    }
    return response.json();
  }
}
