/**
 * A checkpoint's files as they lie, before anything is known about them: JSON, what stands in their
 * place by mistake, the revision they make, and the words of errors about them.
 */
package org.codeaudit.checkpoint.file;
