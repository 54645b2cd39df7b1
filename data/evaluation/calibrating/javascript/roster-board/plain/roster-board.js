const REFRESH_MS = 60_000;

function cell(text, className) {
  const td = document.createElement("td");
  td.textContent = text;
  if (className) {
    td.className = className;
  }
  return td;
}

function shiftRow(shift, clock) {
  const tr = document.createElement("tr");
  tr.append(
    cell(clock.format(new Date(shift.startsAt))),
    cell(shift.station),
    cell(shift.volunteer ?? "open", shift.volunteer ? "" : "shift-open"),
  );
  return tr;
}

/** The wall board of the lifeboat station: today's watches, renewed every minute. */
export class RosterBoard {
  #table;
  #notice;
  #clock;
  #timer = null;
  #request = null;

  constructor(table, notice, locale = "en-GB") {
    this.#table = table;
    this.#notice = notice;
    this.#clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  }

  start() {
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
      this.#refresh();
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#request?.abort();
    this.#request = null;
  }

  /** Never rejects: a failed refresh leaves the old rows and says so below them. */
  async #refresh() {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    try {
      const response = await fetch("/api/watches/today", { signal: request.signal });
      if (!response.ok) {
        throw new Error(`server answered ${response.status}`);
      }
      const shifts = await response.json();
      if (request.signal.aborted) {
        return;
      }
      const rows = shifts
        .toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt))
        .map((shift) => shiftRow(shift, this.#clock));
      this.#table.tBodies[0].replaceChildren(...rows);
      this.#notice.textContent = "";
    } catch (err) {
      if (!request.signal.aborted) {
        console.error("watches could not be refreshed", err);
        this.#notice.textContent = "Not up to date: the roster could not be reached.";
      }
    }
  }
}
