/** Where results go: the tables of an output folder, published when they are whole. */
package org.codeaudit.job.sink;
