package org.codeaudit.syntax;

import java.util.Set;

/**
 * Which rules of the grammars stand for what. One table for all of them: where two grammars share a
 * rule's name they mean the same by it, as far as these are concerned.
 */
public final class Kinds {
  public static final Set<String> COMMENTS =
      set("comment line_comment block_comment multiline_comment html_comment");

  /** What has a name, or is the getter or setter of what has one. */
  public static final Set<String> FUNCTIONS =
      set(
          """
          method_declaration constructor_declaration compact_constructor_declaration
          function_declaration secondary_constructor anonymous_initializer getter setter
          function_definition generator_function_declaration method_definition
          destructor_declaration local_function_statement operator_declaration
          conversion_operator_declaration accessor_declaration
          method singleton_method function_item
          """);

  public static final Set<String> ANONYMOUS_FUNCTIONS =
      set(
          """
          lambda_expression lambda_literal anonymous_function anonymous_method_expression
          function_expression generator_function arrow_function func_literal do_block
          closure_expression
          """);

  /** What gives a function without a name the name of what it is assigned to. */
  public static final Set<String> NAMING =
      set(
          """
          variable_declarator assignment_expression pair field_definition
          public_field_definition property_declaration
          """);

  /** What a function stands in together with its decorators or type parameters. */
  public static final Set<String> AROUND_FUNCTIONS =
      set("decorated_definition template_declaration");

  /** What may stand before a function and belongs to it. */
  public static final Set<String> DECORATIONS = set("decorator attribute_item");

  public static final Set<String> CALLS =
      set(
          """
          method_invocation object_creation_expression explicit_constructor_invocation
          implicit_object_creation_expression call_expression new_expression call
          invocation_expression function_call_expression member_call_expression
          nullsafe_member_call_expression scoped_call_expression macro_invocation
          """);

  /** What reaches a member of its first child. */
  public static final Set<String> MEMBERS =
      set(
          """
          field_access member_expression attribute selector_expression field_expression
          member_access_expression navigation_expression nullsafe_member_access_expression
          scoped_property_access_expression
          """);

  /** What reaches an element of its first child. */
  public static final Set<String> SUBSCRIPTS =
      set(
          """
          array_access subscript_expression subscript index_expression indexing_expression
          element_access_expression element_reference
          """);

  /** What holds statements one behind the other. */
  public static final Set<String> BLOCKS =
      set(
          """
          program source_file module translation_unit compilation_unit block statement_block
          compound_statement statements body_statement statement_list declaration_list
          class_body enum_body field_declaration_list constructor_body function_body
          control_structure_body then do switch_block switch_body match_block interface_body
          lambda_literal do_block begin ensure block_body ERROR
          """);

  public static final Set<String> LOOPS =
      set(
          """
          for_statement enhanced_for_statement while_statement do_statement for_in_statement
          for_range_loop foreach_statement do_while_statement for_expression while_expression
          loop_expression for while until while_modifier until_modifier
          """);

  /** What does one thing or another by a condition. */
  public static final Set<String> IFS =
      set(
          """
          if_statement if_expression if unless elsif elif_clause else_if_clause if_modifier
          unless_modifier ternary_expression conditional_expression conditional
          """);

  public static final Set<String> SWITCHES =
      set(
          """
          switch_expression switch_statement expression_switch_statement type_switch_statement
          select_statement when_expression match_expression match_statement case case_match
          """);

  /** The cases of a switch, with what they do. */
  public static final Set<String> CASES =
      set(
          """
          switch_block_statement_group switch_rule switch_case switch_default case_statement
          default_statement expression_case default_case type_case communication_case
          switch_section switch_expression_arm when_entry when in_clause match_arm case_clause
          match_conditional_expression match_default_expression
          """);

  public static final Set<String> TRIES =
      set(
          """
          try_statement try_with_resources_statement try_expression
          """);

  public static final Set<String> CATCHES =
      set(
          """
          catch_clause catch_block except_clause rescue
          """);

  private Kinds() {}

  /** The kinds of a text, parted by white space. */
  public static Set<String> set(String kinds) {
    return Set.of(kinds.strip().split("\\s+"));
  }
}
