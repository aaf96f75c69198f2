"""The day by which somebody would like a sag to be decided, as it is typed in a form."""

from datetime import date

from kdflow.web.forms import Gap, Incomplete, Typed, exact_day


def wish_of(typed: Typed) -> date | None:
    """The wished day; None where there is none.

    Raises:
        Incomplete: it is no day.
    """
    if not typed["wished"]:
        return None
    found, key = exact_day(typed["wished"])
    if found is None:
        raise Incomplete(Gap(key, "wished"))
    return found
