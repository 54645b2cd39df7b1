/** Prompt templates, and splitting a change into units that fit a context budget. */
package org.codeaudit.prompt;
