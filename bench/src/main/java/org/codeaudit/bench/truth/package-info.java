/**
 * What the job makes of diffs, chat templates and texts, held against what other programs make of
 * them. {@code bench/truth} fetches the inputs and records what git, GNU patch, jinja2 and Hugging
 * Face's tokenizers say.
 */
package org.codeaudit.bench.truth;
