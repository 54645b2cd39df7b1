/** Where results go: the tables of an output folder, published when they are complete. */
package org.codeaudit.job.sink;
