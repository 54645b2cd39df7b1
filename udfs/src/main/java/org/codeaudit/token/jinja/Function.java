package org.codeaudit.token.jinja;

/** Something a template can call: a method bound to its value, a global function or a macro. */
@FunctionalInterface
interface Function {
  Object call(Arguments arguments);
}
