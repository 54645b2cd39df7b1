/**
 * Recipes of glazes, loaded on demand. Keeps the recently used ones for a while;
 * callers that ask for the same recipe at the same time share one load.
 */
export class GlazeCache {
  #load;
  #limit;
  #ttlMs;
  #now;
  #entries = new Map(); // in order of use, the oldest first
  #pending = new Map();

  constructor(load, { limit = 200, ttlMs = 10 * 60 * 1000, now = Date.now } = {}) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError("limit is a whole number of at least 1");
    }
    if (!(ttlMs > 0)) {
      throw new RangeError("ttlMs is greater than 0");
    }
    this.#load = load;
    this.#limit = limit;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  get size() {
    return this.#entries.size;
  }

  async get(code) {
    const entry = this.#entries.get(code);
    if (entry !== undefined && entry.until > this.#now()) {
      this.#entries.delete(code);
      this.#entries.set(code, entry);
      return entry.recipe;
    }
    this.#entries.delete(code);

    let filling = this.#pending.get(code);
    if (filling === undefined) {
      filling = { promise: null };
      this.#pending.set(code, filling);
      filling.promise = this.#fill(code, filling);
    }
    return filling.promise;
  }

  /** Forgets a recipe, also one that is being loaded right now. */
  drop(code) {
    this.#pending.delete(code);
    return this.#entries.delete(code);
  }

  async #fill(code, filling) {
    try {
      const recipe = await this.#load(code);
      if (this.#pending.get(code) === filling) {
        this.#store(code, recipe);
      }
      return recipe;
    } finally {
      if (this.#pending.get(code) === filling) {
        this.#pending.delete(code);
      }
    }
  }

  #store(code, recipe) {
    this.#entries.set(code, { recipe, until: this.#now() + this.#ttlMs });
    if (this.#entries.size > this.#limit) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
  }
}
