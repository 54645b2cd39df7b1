package org.codeaudit.bench.models;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.udf.setting.AnswerSettings;
import org.codeaudit.udf.setting.GenerateSettings;

/**
 * What a process is to do: load one model and answer prompts.
 *
 * @param commands are run over the code in answers, after the clock has stopped
 * @param prompts of {@link org.codeaudit.udf.row.GenerationSchema#PROMPTS}
 */
record ModelTask(
    AnswerSettings settings, GenerateSettings sampling, CheckCommands commands, List<Row> prompts)
    implements Serializable {}
