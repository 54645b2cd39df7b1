/**
 * Reads from web servers with patience: what is cut or refused for a while is tried again, secrets
 * go to the host they are for alone.
 */
package org.codeaudit.web;
