/**
 * What people have decided about code and findings: the rules of a repository, remarks in the code,
 * and which of them suppresses a finding. Nothing here takes a finding away; who reads it is told.
 */
package org.codeaudit.rule;
