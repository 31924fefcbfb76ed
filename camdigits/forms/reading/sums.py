"""Sums over the fields of a sheet: they say which of their fields' readings go together.

Whoever filled in the sheet added up rightly most of the time: how probable each reading of a field
is then follows from the readings of all fields of its sum together.  What the ink says surely
stays, what it hardly allows is doubtful, and where no sum comes out, that is told: somebody who
added up wrongly is whose sheet is to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from camdigits.forms.checks import value_of
from camdigits.forms.form import Form, Sum
from camdigits.forms.readings import FieldReading, sure_from

ADDED_RIGHTLY = 0.98
"""How often people add up rightly..."""
BY_CHANCE = 0.01
"""...and how often a wrong reading would make a sum come out."""
LEAST, ALLOWED = 0.004, 0.1
"""Readings of less probability are not taken for the sake of a sum, or are doubtful."""

Weights = dict[Decimal, float]


def with_sums(form: Form, readings: Sequence[FieldReading]) -> tuple[FieldReading, ...]:
    """Return the readings of a sheet as its sums say.

    Args:
        form: with its sums.
        readings: of all its fields, in the form's order.
    """
    by_name = {reading.name: reading for reading in readings}
    for each in form.sums:
        by_name |= _with_sum(form, each, by_name)
    return tuple(by_name[reading.name] for reading in readings)


def _with_sum(
    form: Form, each: Sum, by_name: Mapping[str, FieldReading]
) -> dict[str, FieldReading]:
    """Return the readings of a sum's fields that it changes."""
    names = (*each.parts, each.total)
    options = [_options(by_name[name]) for name in names]
    if not all(options):
        return {}
    chances = [_by_value(them) for them in options]
    before = _running(chances[:-1])
    behind = _running(chances[:-1][::-1])[::-1]
    total = chances[-1]
    found: dict[str, FieldReading] = {}
    for place, name in enumerate(names):
        if place == len(each.parts):
            weights = {value: _fits({value: 1.0}, before[-1]) for value in total}
        else:
            rest = _added(before[place], behind[place + 1])
            weights = {
                value: _fits(total, {value + other: weight for other, weight in rest.items()})
                for value in chances[place]
            }
        sure = sure_from(form.field(name).kind)
        found[name] = _weighed(by_name[name], options[place], weights, sure)
    texts = {name: found[name].text for name in names}
    added = sum((value_of(texts[name] or "0") or Decimal(0) for name in each.parts), Decimal(0))
    if added != value_of(texts[each.total] or "0"):
        # Whose fault that is nobody knows: what was surely read stays so.
        kept = by_name[each.total]
        why = f"{' + '.join(each.parts)} come to {added}"
        sure = min(kept.confidence, 0.5)
        return {each.total: replace(kept, state="doubtful", why=why, confidence=sure)}
    return found


def _options(reading: FieldReading) -> list[tuple[str, float]]:
    """Return the texts that a field may have, with their probabilities."""
    them = [(reading.text, max(reading.confidence, 1e-6))]
    if reading.state != "read":
        them += reading.others
    return [(text, chance) for text, chance in them if value_of(text or "0") is not None]


def _by_value(options: Sequence[tuple[str, float]]) -> Weights:
    chances: Weights = {}
    for text, chance in options:
        value = value_of(text or "0") or Decimal(0)
        chances[value] = chances.get(value, 0.0) + chance
    return chances


def _running(chances: Sequence[Weights]) -> list[Weights]:
    """Return what none, the first, the first two and so on of some fields may come to."""
    running: list[Weights] = [{Decimal(0): 1.0}]
    for each in chances:
        running.append(_added(running[-1], each))
    return running


def _added(first: Weights, second: Weights) -> Weights:
    sums: Weights = {}
    for a, p in first.items():
        for b, q in second.items():
            sums[a + b] = sums.get(a + b, 0.0) + p * q
    return sums


def _fits(total: Weights, parts: Weights) -> float:
    """Return how probable it is that somebody wrote one of these totals under these parts."""
    comes_out = sum(chance * parts.get(value, 0.0) for value, chance in total.items())
    anyhow = sum(total.values()) * sum(parts.values())
    return ADDED_RIGHTLY * comes_out + (1 - ADDED_RIGHTLY) * BY_CHANCE * (anyhow - comes_out)


def _weighed(
    reading: FieldReading,
    options: Sequence[tuple[str, float]],
    weights: Weights,
    least_sure: float,
) -> FieldReading:
    """Return a field's reading by how its readings go with the other fields of a sum."""
    told = [
        (chance * weights[value_of(text or "0") or Decimal(0)], text, chance)
        for text, chance in options
    ]
    unknown = max(0.0, 1 - sum(chance for _, chance in options)) * BY_CHANCE * ADDED_RIGHTLY
    whole = sum(weight for weight, _, _ in told) + unknown
    allowed = [each for each in told if each[2] >= LEAST or each[1] == reading.text]
    weight, text, by_ink = max(allowed)
    sure = min(0.999, weight / whole) if whole > 0 else 0.0
    others = tuple(
        (other, round(share / whole, 4))
        for share, other, _ in sorted(told, reverse=True)
        if other != text
    )
    if text != reading.text and by_ink < ALLOWED:
        why = f"the ink says {reading.text or 'nothing'}"
        doubt = min(sure, 0.5)
        return replace(
            reading, text=text, state="doubtful", why=why, confidence=doubt, others=others
        )
    if sure >= least_sure and (text or not reading.why):
        return replace(reading, text=text, state="read", why="", confidence=sure, others=others)
    why = reading.why if text == reading.text else ""
    why = why or (f"may be {others[0][0] or 'empty'}" if others else "hard to read")
    return replace(
        reading,
        text=text,
        state="doubtful",
        why=why,
        confidence=min(sure, least_sure - 0.01),
        others=others,
    )
