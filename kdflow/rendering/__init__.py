"""Values -> text: pages and messages from `templates/`, with Danish dates and words."""

from kdflow.rendering.dates import civil_short, civil_time, clock, day, fuzzy, held
from kdflow.rendering.environment import static
from kdflow.rendering.guide import guide
from kdflow.rendering.plans import deadline_words
from kdflow.rendering.texts import LetterText, MessagePart, feed, letter, message, page, text
from kdflow.rendering.vocabulary import words

__all__ = [
    "LetterText",
    "MessagePart",
    "civil_short",
    "civil_time",
    "clock",
    "day",
    "deadline_words",
    "feed",
    "fuzzy",
    "guide",
    "held",
    "letter",
    "message",
    "page",
    "static",
    "text",
    "words",
]
