/** The settings of the functions, defaults included, and how executors get a model. */
package org.codeaudit.udf.setting;
