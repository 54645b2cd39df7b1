/**
 * Finds Python packages where pip is told to look for them and reads wheels, which are zip files,
 * while they are downloaded. Needs no Python, installs nothing and keeps no wheel.
 */
package org.codeaudit.packages;
