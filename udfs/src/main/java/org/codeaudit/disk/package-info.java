/**
 * Files that several threads and processes of a machine share: locks, folders as a whole, and what
 * outlives a loss of power.
 */
package org.codeaudit.disk;
