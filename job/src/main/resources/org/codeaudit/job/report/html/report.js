"use strict";
// Shows the findings that pass the filter. Without it all are shown, suppressed ones too.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const fields = form.elements;
  const findings = Array.from(document.getElementById("list").children, (element) => ({
    element,
    severity: element.dataset.severity,
    repository: element.dataset.repository,
    check: element.dataset.check,
    suppressed: element.dataset.suppressed !== "",
    // None where the confidence is no probability: such a finding is shown at any.
    confidence: element.dataset.confidence === "" ? Infinity : Number(element.dataset.confidence),
    text: null,
  }));
  const numbers = new Intl.NumberFormat("en");

  const textOf = (finding) => {
    if (finding.text === null) finding.text = finding.element.textContent.toLowerCase();
    return finding.text;
  };

  const apply = () => {
    const severities = new Set();
    for (const box of fields.severity) if (box.checked) severities.add(box.value);
    const repository = fields.repository.value;
    const check = fields.check.value;
    const decided = fields.suppressed !== undefined && fields.suppressed.checked;
    const least = fields.confidence ? Number(fields.confidence.value) : 0;
    const words = fields.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const finding of findings) {
      const counts = decided || !finding.suppressed;
      const passes =
        counts &&
        severities.has(finding.severity) &&
        (repository === "" || finding.repository === repository) &&
        (check === "" || finding.check === check) &&
        finding.confidence >= least &&
        words.every((word) => textOf(finding).includes(word));
      if (finding.element.hidden === passes) finding.element.hidden = !passes;
      if (counts) all++;
      if (passes) shown++;
    }
    const hidden = findings.length - all;
    fields.shown.value =
      `${numbers.format(shown)} of ${numbers.format(all)} ${all === 1 ? "finding" : "findings"}` +
      (hidden === 0 ? "" : `, and ${numbers.format(hidden)} suppressed that ${hidden === 1 ? "is" : "are"} not shown`);
    if (fields.least) fields.least.value = least.toFixed(2);
  };

  // While somebody types, only once for several keys.
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  };

  // A link leads to its finding also where the filter hides it.
  const showLinked = () => {
    const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (linked && linked.hidden) {
      form.reset();
      if (linked.dataset.suppressed) fields.suppressed.checked = true;
      apply();
      linked.scrollIntoView();
    }
  };

  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", showLinked);
  form.hidden = false;
  apply();
  showLinked();
})();
