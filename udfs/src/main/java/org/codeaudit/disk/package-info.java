/** Files that several threads and processes of a machine share: locks, and folders as a whole. */
package org.codeaudit.disk;
