package org.codeaudit.token;

/**
 * A token that is matched as a whole before the rest of a text is tokenised.
 *
 * @param special whether decoding leaves it out; others ({@code <think>}) are part of an answer
 * @param normalized whether it is looked for after those that are not
 * @param stripLeft whether it swallows the white space before it
 * @param stripRight whether it swallows the white space after it
 * @param singleWord whether it must not touch a word character
 */
record AddedToken(
    int id,
    String text,
    boolean special,
    boolean normalized,
    boolean stripLeft,
    boolean stripRight,
    boolean singleWord) {}
