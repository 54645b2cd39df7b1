/**
 * A checkpoint's files before anything is known about them: JSON, what is found in their place by
 * mistake, the revision that they define, and errors about them.
 */
package org.codeaudit.checkpoint.file;
