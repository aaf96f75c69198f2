"""Values -> text: pages and messages from `templates/`, with dates and words in Danish or another language."""

from kdflow.rendering.dates import civil_short, civil_time, clock, day, fuzzy, held, short_day
from kdflow.rendering.environment import static
from kdflow.rendering.guide import guide, with_links
from kdflow.rendering.kept import said
from kdflow.rendering.language import DANISH, LANGUAGES, speak, speaking, spoken
from kdflow.rendering.markdown import plain_words
from kdflow.rendering.plans import deadline_words
from kdflow.rendering.texts import LetterText, MessagePart, feed, letter, message, page, text
from kdflow.rendering.vocabulary import decimal, words

__all__ = [
    "DANISH",
    "LANGUAGES",
    "LetterText",
    "MessagePart",
    "civil_short",
    "civil_time",
    "clock",
    "day",
    "deadline_words",
    "decimal",
    "feed",
    "fuzzy",
    "guide",
    "held",
    "letter",
    "message",
    "page",
    "plain_words",
    "said",
    "short_day",
    "speak",
    "speaking",
    "spoken",
    "static",
    "text",
    "with_links",
    "words",
]
