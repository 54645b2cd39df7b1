package org.codeaudit.job.series;

/**
 * A finding as one run saw it, with what it can be recognised by in another.
 *
 * @param fingerprint as in the table {@code findings}; the same twice in a run is two places
 * @param loose the column {@code fingerprint_loose}
 * @param category the column of that name
 * @param code the quote without white space
 * @param line 0 where it stands on none
 */
record Sighting(
    String path, String fingerprint, String loose, String category, String code, int line) {}
