package org.codeaudit.syntax;

import java.util.Set;

/**
 * Which rules of the grammars stand for what. One table for all of them: where two grammars share a
 * rule's name they mean the same by it, as far as these are concerned.
 */
final class Kinds {
  static final Set<String> COMMENTS =
      set("comment line_comment block_comment multiline_comment html_comment");

  /** What has a name, or is the getter or setter of what has one. */
  static final Set<String> FUNCTIONS =
      set(
          """
          method_declaration constructor_declaration compact_constructor_declaration
          function_declaration secondary_constructor anonymous_initializer getter setter
          function_definition generator_function_declaration method_definition
          destructor_declaration local_function_statement operator_declaration
          conversion_operator_declaration accessor_declaration
          method singleton_method function_item
          """);

  static final Set<String> ANONYMOUS_FUNCTIONS =
      set(
          """
          lambda_expression lambda_literal anonymous_function anonymous_method_expression
          function_expression generator_function arrow_function func_literal do_block
          closure_expression
          """);

  /** What gives a function without a name the name of what it is assigned to. */
  static final Set<String> NAMING =
      set(
          """
          variable_declarator assignment_expression pair field_definition
          public_field_definition property_declaration
          """);

  /** What a function stands in together with its decorators or type parameters. */
  static final Set<String> AROUND_FUNCTIONS = set("decorated_definition template_declaration");

  /** What may stand before a function and belongs to it. */
  static final Set<String> DECORATIONS = set("decorator attribute_item");

  private Kinds() {}

  private static Set<String> set(String kinds) {
    return Set.of(kinds.strip().split("\\s+"));
  }
}
