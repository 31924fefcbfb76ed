r"""Regular languages over what can be read: digits and the marks between them.

A pattern is taken apart once, and then read character by character by its derivatives: what may
still follow after a character (Brzozowski, "Derivatives of Regular Expressions", 1964).  Patterns
have what regular languages have: characters, ``.``, ``\d``, sets, groups, ``|`` and repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

DIGITS = frozenset("0123456789")
MARKS = frozenset("-.,:/")
ALPHABET = DIGITS | MARKS
"""What a text may hold."""
MOST_REPEATS = 100
MAX_PATTERN = 500
"""Characters of the longest pattern."""
_SPECIAL = frozenset("()[]{}|*+?.\\^$")


@dataclass(frozen=True, slots=True)
class Nothing:
    """The language without any text."""


@dataclass(frozen=True, slots=True)
class Empty:
    """The language of the empty text alone."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Texts of a single character."""

    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chain:
    """Texts of the first, followed by texts of the second."""

    first: Language
    second: Language


@dataclass(frozen=True, slots=True)
class Either:
    """Texts of any."""

    parts: frozenset[Language]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Texts of one, several times; `most` None is without end."""

    part: Language
    least: int
    most: int | None


Language = Nothing | Empty | OneOf | Chain | Either | Repeat
NOTHING, EMPTY = Nothing(), Empty()


class PatternError(ValueError):
    """A pattern that is no regular language over `ALPHABET`; the text says why."""


def language_of(pattern: str) -> Language:
    """Return the language of the texts that a pattern fits as a whole.

    Raises:
        PatternError: if it is none that is understood.
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"it has more than {MAX_PATTERN} characters")
    text = pattern.removeprefix("^")
    if text.endswith("$") and not text.endswith(r"\$"):
        text = text[:-1]
    parser = _Parser(text)
    try:
        language = parser.alternatives()
    except RecursionError:
        raise PatternError("its groups are nested too deep") from None
    if parser.rest:
        raise PatternError("a ) closes no group")
    return language


def any_of(characters: frozenset[str], least: int = 1, most: int | None = 1) -> Language:
    """Return the texts of so many of some characters."""
    return repeat(OneOf(characters), least, most)


def chain(*parts: Language) -> Language:
    """Return the texts of all parts, one behind the other."""
    whole: Language = EMPTY
    for part in reversed(parts):
        whole = _chain(part, whole)
    return whole


def either(*parts: Language) -> Language:
    """Return the texts of any part."""
    flat: set[Language] = set()
    for part in parts:
        flat |= part.parts if isinstance(part, Either) else {part}
    flat.discard(NOTHING)
    if len(flat) > 1:
        return Either(frozenset(flat))
    return flat.pop() if flat else NOTHING


def repeat(part: Language, least: int, most: int | None) -> Language:
    """Return the texts of a part several times."""
    if most == 0 or isinstance(part, Empty):
        return EMPTY
    if isinstance(part, Nothing):
        return EMPTY if least == 0 else NOTHING
    return part if (least, most) == (1, 1) else Repeat(part, least, most)


@cache
def may_end(language: Language) -> bool:
    """Return whether the empty text is of a language."""
    match language:
        case Empty():
            return True
        case Nothing() | OneOf():
            return False
        case Chain(first, second):
            return may_end(first) and may_end(second)
        case Either(parts):
            return any(map(may_end, parts))
        case Repeat(part, least, _):
            return least == 0 or may_end(part)


@cache
def after(language: Language, character: str) -> Language:
    """Return what may follow after a character; `NOTHING` if it may not stand there."""
    match language:
        case Nothing() | Empty():
            return NOTHING
        case OneOf(characters):
            return EMPTY if character in characters else NOTHING
        case Chain(first, second):
            then = _chain(after(first, character), second)
            return either(then, after(second, character)) if may_end(first) else then
        case Either(parts):
            return either(*(after(part, character) for part in parts))
        case Repeat(part, least, most):
            rest = repeat(part, max(0, least - 1), None if most is None else most - 1)
            return _chain(after(part, character), rest)


def fits(language: Language, text: str) -> bool:
    """Return whether a text is of a language."""
    for character in text:
        language = after(language, character)
    return may_end(language)


def _chain(first: Language, second: Language) -> Language:
    if isinstance(first, Nothing) or isinstance(second, Nothing):
        return NOTHING
    if isinstance(first, Empty):
        return second
    if isinstance(second, Empty):
        return first
    if isinstance(first, Chain):
        return Chain(first.first, _chain(first.second, second))
    return Chain(first, second)


class _Parser:
    """Takes a pattern apart from left to right."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def alternatives(self) -> Language:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return either(*parts) if len(parts) > 1 else parts[0]

    def _sequence(self) -> Language:
        parts: list[Language] = []
        while self.rest and self.rest[0] not in "|)":
            parts.append(self._repeated(self._atom()))
        return chain(*parts)

    def _atom(self) -> Language:
        if self._take("("):
            if self.rest.startswith("?") and not self._take("?:"):
                raise PatternError("a (? is understood in no form but (?:")
            inside = self.alternatives()
            if not self._take(")"):
                raise PatternError("a ( is not closed")
            return inside
        if self._take("["):
            return self._set()
        if self._take("."):
            return OneOf(ALPHABET)
        if self._take("\\"):
            return OneOf(self._escaped())
        character = self.rest[0]
        if character in _SPECIAL:
            raise PatternError(f"the {character} stands where nothing can be made of it")
        self.rest = self.rest[1:]
        return OneOf(_known(character))

    def _repeated(self, part: Language) -> Language:
        if self._take("*"):
            bounds: tuple[int, int | None] = (0, None)
        elif self._take("+"):
            bounds = (1, None)
        elif self._take("?"):
            bounds = (0, 1)
        elif self._take("{"):
            bounds = self._bounds()
        else:
            return part
        self._take("?")  # as few as possible: the same texts
        if self.rest[:1] in ("*", "+", "?", "{") and self.rest:
            raise PatternError("a repeat is repeated; put a group around it")
        if may_end(part) and bounds[1] is None:
            return repeat(part, 0, None)
        return repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None]:
        inside, closed, rest = self.rest.partition("}")
        first, comma, last = inside.partition(",")
        numbers = [first or "0", last or first or "0"] if comma else [first, first]
        is_known = closed and all(each.isascii() and each.isdigit() for each in numbers)
        if not is_known or inside == ",":
            raise PatternError(f"{{{inside} is no repeat such as {{3}} or {{1,3}}")
        least, most = int(numbers[0]), int(numbers[1])
        if max(least, most) > MOST_REPEATS or most < least:
            raise PatternError(f"{{{inside}}} is no repeat of 0 to {MOST_REPEATS}")
        self.rest = rest
        return least, None if comma and not last else most

    def _set(self) -> Language:
        is_negated = self._take("^")
        characters: set[str] = set()
        while not self._take("]") or not characters:
            if not self.rest:
                raise PatternError("a [ is not closed")
            first = self._member()
            if self.rest.startswith("-") and self.rest[1:2] not in ("]", ""):
                self.rest = self.rest[1:]
                last = self._member()
                if len(first) != 1 or len(last) != 1 or min(last) < min(first):
                    raise PatternError("a set has a range that runs from nowhere to nowhere")
                span = range(ord(min(first)), ord(min(last)) + 1)
                first = frozenset(map(chr, span)) & ALPHABET
            characters |= first
        return OneOf(ALPHABET - characters if is_negated else frozenset(characters))

    def _member(self) -> frozenset[str]:
        if self._take("\\"):
            return self._escaped()
        character, self.rest = self.rest[:1], self.rest[1:]
        return _known(character)

    def _escaped(self) -> frozenset[str]:
        character, self.rest = self.rest[:1], self.rest[1:]
        if character == "d":
            return DIGITS
        if character in {"D", "W"}:
            return MARKS if character == "D" else ALPHABET - DIGITS
        if character == "w":
            return DIGITS
        if character in DIGITS:
            raise PatternError(f"\\{character} refers back to a group, which is not understood")
        return _known(character)

    def _take(self, text: str) -> bool:
        is_next = self.rest.startswith(text)
        if is_next:
            self.rest = self.rest[len(text) :]
        return is_next


def _known(character: str) -> frozenset[str]:
    if character not in ALPHABET:
        shown = character or "the end"
        raise PatternError(f"{shown!r} is none of what is read: digits and - . , : /")
    return frozenset(character)
