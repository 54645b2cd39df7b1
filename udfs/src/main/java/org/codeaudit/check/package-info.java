/**
 * Checks as data: what is asked about code, where it can stand, and how sure an answer makes us.
 * Knows no model and no Spark.
 */
package org.codeaudit.check;
