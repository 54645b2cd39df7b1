/**
 * Requests to the engine and its results. A caller that only asks needs nothing else of {@code
 * generate}.
 */
package org.codeaudit.generate.request;
