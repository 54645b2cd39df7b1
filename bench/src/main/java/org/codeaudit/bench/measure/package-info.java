/** Time, and what the system says of a process. */
package org.codeaudit.bench.measure;
