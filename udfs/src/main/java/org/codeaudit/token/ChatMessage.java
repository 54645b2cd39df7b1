package org.codeaudit.token;

/**
 * One turn of a chat.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content the text; never trusted to hold control tokens
 */
public record ChatMessage(String role, String content) {}
