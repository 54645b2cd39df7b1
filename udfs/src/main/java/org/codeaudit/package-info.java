/**
 * What every room may use: the exception for errors that a user can act on. Nothing else comes in
 * here.
 */
package org.codeaudit;
