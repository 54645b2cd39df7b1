/**
 * Reads from web servers with patience: broken connections and temporary refusals are retried, and
 * secrets are sent only to the host they are for.
 */
package org.codeaudit.web;
