/**
 * Models side by side: the same prompts to each, in a fresh process, and how fast and how well each
 * answered.
 */
package org.codeaudit.bench.models;
