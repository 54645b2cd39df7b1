/** Rows: their schemas, keys and columns, and how one is built. Asks no model. */
package org.codeaudit.udf.row;
