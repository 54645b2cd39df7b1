package org.codeaudit.udf;

import java.io.Serializable;
import org.codeaudit.prompt.PromptTemplate;

/**
 * How changes are reviewed.
 *
 * @param answer what every question to the model needs
 * @param prompt what is asked
 * @param unitTokens the most tokens of code in one question; less where the model's context is
 *     short
 * @param maxFindings the most findings of one unit
 */
public record ReviewSettings(
    AnswerSettings answer, PromptTemplate prompt, int unitTokens, int maxFindings)
    implements Serializable {}
