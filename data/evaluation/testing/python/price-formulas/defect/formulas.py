"""Price formulas that shop owners enter, such as ``days * rate + 12``."""
from __future__ import annotations

import ast
import math
from collections.abc import Mapping

MAX_LENGTH = 200

ARITHMETIC = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.USub,
    ast.Name,
    ast.Load,
)


class FormulaError(ValueError):
    """A formula that cannot be used."""


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float)
    return isinstance(node, ARITHMETIC)


def price(formula: str, values: Mapping[str, float]) -> float:
    """The formula's value; its names are the keys of ``values``."""
    if len(formula) > MAX_LENGTH:
        raise FormulaError(f"a formula has at most {MAX_LENGTH} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError) as error:
        raise FormulaError("not a formula") from error
    if not all(_is_arithmetic(node) for node in ast.iter_child_nodes(tree)):
        raise FormulaError("a formula has numbers, names, + - * / and brackets")
    code = compile(tree, "<formula>", "eval")
    try:
        result = float(eval(code, {"__builtins__": {}}, dict(values)))
    except (NameError, ArithmeticError) as error:
        raise FormulaError(str(error)) from error
    if not math.isfinite(result):
        raise FormulaError("the price is out of range")
    return result
