package org.codeaudit.job.calibrate;

import java.util.Map;

/**
 * Something a curve is fitted to.
 *
 * @param pair what it must not be told by: units of one pair are fitted to together
 * @param check the id of the check that was asked
 * @param observed what was seen, by name
 * @param holds whether there was such a defect
 */
record Observation(String pair, String check, Map<String, Double> observed, boolean holds) {}
