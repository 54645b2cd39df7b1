const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(value) {
  return String(value).replace(/[&<>"']/g, (ch) => ENTITIES[ch]);
}

function escapeRegExp(value) {
  return value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Marks every occurrence of the typed words in a field of a sighting. */
function highlight(text, query) {
  if (query === "") {
    return text;
  }
  // a capturing group makes split() keep the matches, at the odd positions
  const parts = text.split(new RegExp(`(${escapeRegExp(query)})`, "gi"));
  return parts
    .map((part, i) => (i % 2 === 1 ? `<mark>${escapeHtml(part)}</mark>` : escapeHtml(part)))
    .join("");
}

function sightingRow(sighting, query) {
  return `<li class="sighting" data-id="${Number(sighting.id)}">
    <strong>${highlight(sighting.species, query)}</strong>
    <span class="finder">${highlight(sighting.finder, query)}</span>
    <time>${escapeHtml(sighting.foundOn)}</time>
  </li>`;
}

function matches(sighting, query) {
  const needle = query.toLowerCase();
  return [sighting.species, sighting.finder].some((field) => field.toLowerCase().includes(needle));
}

export class SightingList {
  constructor(root, searchBox) {
    this.root = root;
    this.searchBox = searchBox;
    this.sightings = [];
    searchBox.addEventListener("input", () => this.render());
  }

  /** Loads what members have reported in the given week. */
  async load(week, signal) {
    const response = await fetch(`/api/sightings?week=${encodeURIComponent(week)}`, { signal });
    if (!response.ok) {
      throw new Error(`Sightings of week ${week} could not be loaded (${response.status})`);
    }
    this.sightings = await response.json();
    this.render();
  }

  render() {
    const query = this.searchBox.value.trim();
    const shown = this.sightings.filter((sighting) => matches(sighting, query));
    this.root.innerHTML = shown.map((sighting) => sightingRow(sighting, query)).join("");
  }
}
