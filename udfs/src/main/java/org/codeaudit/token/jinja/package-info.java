/**
 * The part of Jinja that chat templates use, evaluated as transformers does: the same output, byte
 * for byte, with the difference that every character remembers whether it came from the template or
 * from a message.
 *
 * <p>Semantics are those of Jinja 3.1 in transformers' environment ({@code
 * ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)}, loop controls, {@code
 * tojson} without HTML escapes), and of Python where they show. Evaluated values are {@link
 * org.codeaudit.token.jinja.Text}, {@code Long}, {@code Double}, {@code Boolean}, {@code List},
 * {@link org.codeaudit.token.jinja.Tuple}, {@code Map}, and the singletons and callables of this
 * package.
 *
 * <p>More files than a room should have: nodes, values, functions and filters call each other, as
 * in the language itself, so that no part of them could be understood, or tested, apart.
 */
package org.codeaudit.token.jinja;
