/**
 * One answer as it grows: its tokens, when it ends, its random numbers and its clock, and the
 * drafts that are guessed behind it and verified. Knows nothing of other answers and of the cache.
 */
package org.codeaudit.generate.answer;
