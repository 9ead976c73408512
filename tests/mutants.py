"""Wrong versions of a right function: each differs in one place, as a slip of the pen would."""

import ast
import copy
import inspect
import textwrap

import numpy as np

COMPARISONS = {
    ast.GtE: (ast.Gt, ast.Lt), ast.Gt: (ast.GtE, ast.Lt), ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt), ast.Eq: (ast.NotEq, ast.GtE), ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
ARITHMETIC = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,), ast.MatMult: (ast.Mult,),
}  # fmt: skip
NAMES = {
    "mean": "sum", "sum": "mean", "max": "min", "min": "max", "argmax": "argmin", "any": "all",
    "all": "any", "log": "log10", "maximum": "minimum", "minimum": "maximum", "zeros": "ones",
    "sorted": "list", "abs": "float", "title": "upper", "argmin": "argmax", "argsort": "argmax",
}  # fmt: skip


def replacements(node):
    """Nodes that may stand in the place of this one."""
    if isinstance(node, ast.Compare):
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator(), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BinOp):
        for operator in ARITHMETIC.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, (int, float)):
            yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
        elif isinstance(node.value, str):
            yield ast.Constant(node.value + "x")
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield ast.Attribute(node.value, NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(NAMES[node.id], node.ctx)
    elif isinstance(node, ast.Call):
        for number in range(len(node.keywords)):
            kept = node.keywords[:number] + node.keywords[number + 1 :]
            yield ast.Call(node.func, node.args, kept)
        if isinstance(node.func, ast.Attribute) and not node.args:  # text.strip() -> text
            yield node.func.value
        if len(node.args) == 1 and not node.keywords:  # set(names) -> names
            yield node.args[0]
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(node.target, node.iter, [], 0)


def edited(function):
    """(changed line, function) for each change of one node in the source of a function."""
    source = textwrap.dedent(inspect.getsource(function))
    original = ast.unparse(ast.parse(source))
    size = sum(1 for _ in ast.walk(ast.parse(source)))
    for place in range(size):
        for number in range(9):
            tree = ast.parse(source)
            node = list(ast.walk(tree))[place]
            changes = list(replacements(node))
            if number >= len(changes):
                break
            Swap(node, changes[number]).visit(tree)
            code = ast.unparse(ast.fix_missing_locations(tree))
            names = dict(vars(inspect.getmodule(function)))
            exec(code, names)
            pairs = zip(code.splitlines(), original.splitlines(), strict=False)
            line = next((new.strip() for new, old in pairs if new != old), code)
            yield line, names[function.__name__]


class Swap(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def behaving_otherwise(function, cases):
    """(description, function): an argument ignored or changed, an answer fixed, cut or as text."""
    first = cases[0]
    answer = function(*copy.deepcopy(first))
    for place in range(len(first)):
        yield (
            f"argument {place} ignored",
            lambda *given, place=place: function(
                *given[:place], copy.deepcopy(first[place]), *given[place + 1 :]
            ),
        )
        if isinstance(first[place], (list, dict, np.ndarray)):
            yield (
                f"argument {place} changed",
                lambda *given, place=place: changing(function, given, place),
            )
    yield "always the same", lambda *given: copy.deepcopy(answer)
    yield "as text", lambda *given: str(function(*given))
    yield "in a list", lambda *given: [function(*given)]
    if isinstance(answer, (int, float, np.number)) and not isinstance(answer, (bool, np.bool_)):
        yield "rounded", lambda *given: round(float(function(*given)), 1) + 1e-3
        yield "negative", lambda *given: -function(*given) - 1e-3
    elif isinstance(answer, (list, tuple, np.ndarray)):
        yield "last one missing", lambda *given: function(*given)[:-1]


def changing(function, given, place):
    answer = copy.deepcopy(function(*given))
    if isinstance(given[place], np.ndarray):
        given[place][...] = given[place].max() + 1 if given[place].size else 0
    else:
        given[place].clear()
    return answer
