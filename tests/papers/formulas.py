"""A small calculator for the formulas of a workbook, which shares nothing with what wrote them."""

from __future__ import annotations

import re

from openpyxl.workbook import Workbook

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"]*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Z]+)\(|'
    r"(?P<range>(?:[^\s!(),\"=<>*/+-]+!)?\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)|"
    r"(?P<cell>(?:[^\s!(),\"=<>*/+-]+!)?\$?[A-Z]+\$?\d+)|(?P<sign>[-+*/=(),]))"
)


class Calculator:
    """Works out the cells of a workbook, formulas by their words."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def value(self, sheet: str, cell: str):
        content = self.book[sheet][cell].value
        if isinstance(content, str) and content.startswith("="):
            return _Reader(content[1:], sheet, self).whole()
        return content

    def cells(self, sheet: str, where: str) -> list:
        return [self.value(sheet, box.coordinate) for row in self.book[sheet][where] for box in row]


class _Reader:
    def __init__(self, formula: str, sheet: str, calculator: Calculator) -> None:
        self.tokens = [(m.lastgroup, m[m.lastgroup]) for m in _TOKEN.finditer(formula)]
        assert "".join(m[0] for m in _TOKEN.finditer(formula)) == formula
        self.sheet, self.calculator, self.place = sheet, calculator, 0

    def whole(self):
        found = self.compare()
        assert self.place == len(self.tokens)
        return found

    def next_is(self, *signs: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in [("sign", s) for s in signs]

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1]

    def compare(self):
        left = self.add()
        if self.next_is("="):
            self.take()
            return left == self.add()
        return left

    def add(self):
        left = self.times()
        while self.next_is("+", "-"):
            sign, right = self.take()[1], self.times()
            left = left + right if sign == "+" else left - right
        return left

    def times(self):
        left = self.one()
        while self.next_is("*", "/"):
            sign, right = self.take()[1], self.one()
            left = left * right if sign == "*" else left / right
        return left

    def one(self):
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1]
        if kind == "name":
            return self.call(text)
        if kind in ("cell", "range"):
            sheet, _, where = text.rpartition("!")
            where = where.replace("$", "")
            owner = sheet or self.sheet
            return (
                self.calculator.value(owner, where) if kind == "cell" else self.calculator.cells(owner, where)
            )
        raise AssertionError(text)

    def call(self, name: str):
        arguments = []
        while not self.next_is(")"):
            arguments.append(self.compare())
            if self.next_is(","):
                self.take()
        self.take()
        return _FUNCTIONS[name](*arguments)


def _numbers(values) -> list[float]:
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _matching(*pairs) -> list[bool]:
    ranges, wanted = pairs[::2], pairs[1::2]
    return [all(r[i] == w for r, w in zip(ranges, wanted, strict=True)) for i in range(len(ranges[0]))]


_FUNCTIONS = {
    "SUM": lambda values: sum(_numbers(values)),
    "MAX": lambda *values: max(values),
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "COUNTIFS": lambda *pairs: sum(_matching(*pairs)),
    "SUMIFS": lambda values, *pairs: sum(
        _numbers(value for value, is_in in zip(values, _matching(*pairs), strict=True) if is_in)
    ),
    "SUMPRODUCT": lambda one, other: sum(
        a * b
        for a, b in zip(one, other, strict=True)
        if isinstance(a, int | float) and isinstance(b, int | float)
    ),
}
