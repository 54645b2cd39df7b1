/**
 * What is asked of the engine and what it answers. Whoever only asks needs nothing else of {@code
 * generate}.
 */
package org.codeaudit.generate.request;
