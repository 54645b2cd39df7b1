/** What the functions are told, defaults included, and how executors come by a model. */
package org.codeaudit.udf.setting;
