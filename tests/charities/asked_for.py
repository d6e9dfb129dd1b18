"""What may be typed or asked for: by the forms and links of a page, by what code reads, by the classes of forms."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from fundraising.web.forms import Form

FIELD = re.compile(r"-[0-9a-f]{32}$")  # of a row: one name for all
READ = ("typed", "query", "query_params", "asked")


class Names(HTMLParser):
    """Names of the fields of forms, by method, and of what links ask for in their query."""

    def __init__(self) -> None:
        super().__init__()
        self.method = ""
        self.found: dict[str, set[str]] = {"get": set(), "post": set()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form, something in it, or a link."""
        given = dict(attrs)
        if tag == "form":
            self.method = (given.get("method") or "get").lower()
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            self.found[self.method].add(FIELD.sub("", str(given["name"])))
        for name in ("href", "action", "formaction"):
            at = given.get(name) or ""
            self.found["get"] |= set(re.findall(r"[?&](\w+)", at)) if at.startswith(("/", "?")) else set()


def read_in(source: str) -> set[str]:
    """The names that code takes out of what was typed or asked: `typed["x"]`, `query.get("x")`, `"x" in typed`, and
    `day(query, "x")`."""
    pairs = list[tuple[ast.expr, ast.expr]]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            pairs += zip(node.args, node.args[1:], strict=False)
            if isinstance(node.func, ast.Attribute):
                pairs += [(node.func.value, one) for one in node.args[:1]]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            pairs.append((node.comparators[0], node.left))
        elif isinstance(node, ast.Subscript):
            pairs.append((node.value, node.slice))
    found = {
        one.value for of, one in pairs if ast.unparse(of).rpartition(".")[2] in READ and isinstance(one, ast.Constant)
    }
    return {one for one in found if isinstance(one, str) and re.fullmatch(r"\w+", one)}


def forms_below(form: type[Form]) -> Iterator[type[Form]]:
    """Every form that is made from one."""
    for one in form.__subclasses__():
        yield one
        yield from forms_below(one)
