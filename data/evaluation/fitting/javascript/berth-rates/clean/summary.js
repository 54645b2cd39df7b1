/** Summaries of the nightly rates that the harbours of a region report, in whole cents. */

const MINIMUM_REPORTS = 3;

function byHarbour(reports) {
  const groups = new Map();
  for (const report of reports) {
    const rates = groups.get(report.harbour) ?? [];
    rates.push(report.cents);
    groups.set(report.harbour, rates);
  }
  return groups;
}

function median(rates) {
  const sorted = [...rates].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) {
    return sorted[middle];
  }
  return Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}

function spread(rates) {
  return Math.max(...rates) - Math.min(...rates);
}

/** One line for each harbour with enough reports, in the order of names. */
export function summarize(reports) {
  return [...byHarbour(reports)]
    .filter(([, rates]) => rates.length >= MINIMUM_REPORTS)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([harbour, rates]) => ({
      harbour,
      reports: rates.length,
      medianCents: median(rates),
      spreadCents: spread(rates),
    }));
}
