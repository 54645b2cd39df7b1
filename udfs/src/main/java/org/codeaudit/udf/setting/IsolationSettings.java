package org.codeaudit.udf.setting;

import java.io.Serializable;

/**
 * How a row that kills its executor is found.
 *
 * @param journal a folder that all executors and the driver see, on a file system Hadoop knows; it
 *     holds a marker for each row that was running alone when its executor died
 * @param fromAttempt number of the task attempt, from 0, from which on rows run one at a time
 */
public record IsolationSettings(String journal, int fromAttempt) implements Serializable {}
