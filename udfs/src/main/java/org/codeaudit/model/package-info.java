/**
 * The seam between deciding what to generate and computing it: a {@code LanguageModel} steps
 * sequences of token ids. Nothing here knows tensors.
 */
package org.codeaudit.model;
