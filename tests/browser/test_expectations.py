"""The 25 expectations of kdflow's users, and the tests that hold each: the numbers 1 to 25 in the names of tests.

Where an expectation speaks of PDF and Word (17, 22, 23), these tests hold it for the pages; kdflow makes no such
documents of its own yet.
"""

from importlib import import_module

import pytest

OWNER, CHAIR, SECRETARIAT = "test_owner_expectations", "test_chair_expectations", "test_secretariat_expectations"

EXPECTATIONS: dict[int, tuple[str, ...]] = {
    # An owner of sager
    1: (f"{OWNER}::test_1_after_sign_in_what_waits_is_first_and_one_click_away",),
    2: (f"{OWNER}::test_2_a_row_says_where_a_sag_is_who_has_it_and_its_next_deadline",),
    3: (f"{OWNER}::test_3_the_metro_line_has_one_current_stop_and_says_all_of_it_in_words",),
    4: (f"{OWNER}::test_4_a_sag_needs_title_owner_and_route_and_its_dates_are_counted_back",),
    5: (f"{OWNER}::test_5_a_day_that_cannot_be_is_said_in_danish_beside_its_field",),
    6: (f"{OWNER}::test_6_what_was_typed_survives_a_refusal_the_back_button_and_a_session_that_ended",),
    7: (f"{OWNER}::test_7_the_number_of_a_sag_is_accepted_by_the_search_and_the_address_bar",),
    8: (f"{OWNER}::test_8_the_search_finds_inflected_and_compound_words",),
    9: (f"{OWNER}::test_9_the_history_says_who_did_what_when_from_what_to_what_and_why",),
    10: (f"{OWNER}::test_10_a_filtered_list_is_an_address_and_is_exported_with_the_same_rows",),
    # A chair on a phone
    11: ("test_chair::test_from_the_mail_to_the_sent_decision_in_three_taps",),
    12: (f"{CHAIR}::test_12_opening_the_link_any_number_of_times_changes_nothing",),
    13: (f"{CHAIR}::test_13_on_a_phone_nothing_scrolls_or_is_small_and_one_reads_decides_and_sees_what_happened",),
    14: (
        "test_approving::test_nothing_is_chosen_beforehand",
        "test_approving::test_focus_moves_to_the_error_summary_and_on_to_the_field",
    ),
    15: (f"{CHAIR}::test_15_the_receipt_says_what_when_and_where_and_the_link_shows_it_again",),
    16: ("test_approving::test_somebody_else_was_there_first",),
    17: (f"{CHAIR}::test_17_a_paper_says_its_kind_and_size_and_opens_in_one_tap",),
    18: (f"{CHAIR}::test_18_a_deputy_answers_for_the_chair_and_the_history_says_so",),
    19: ("test_pages::test_it_works_without_javascript", "test_pages::test_a_page_weighs_little"),
    # A secretariat
    20: (
        "test_agenda::test_an_agenda_is_built_by_keyboard_alone_and_every_move_is_told",
        "test_agenda_drag::test_a_point_is_dragged_to_its_place",
    ),
    21: (f"{SECRETARIAT}::test_21_what_is_proposed_waits_by_kind_and_the_late_goes_to_the_next_meeting_at_once",),
    22: (f"{SECRETARIAT}::test_22_closed_points_are_marked_within_and_absent_without",),
    23: (f"{SECRETARIAT}::test_23_what_is_previewed_is_what_is_sent",),
    24: (f"{SECRETARIAT}::test_24_minutes_are_prefilled_kept_as_one_types_and_locked_by_the_chair",),
    25: (f"{SECRETARIAT}::test_25_one_sees_who_gets_what_before_how_it_went_after_and_again_never_doubles",),
}
EVERY_PAGE = (
    "test_reflow::test_every_page_of_each_role_is_for_everybody",
    "test_pages::test_titles_are_unique_and_in_danish",
    "test_pages::test_the_skip_link_goes_to_the_content",
    "test_for_everybody::test_at_200_percent_by_zoom_or_by_letters_nothing_is_lost",
    "test_for_everybody::test_all_is_reached_by_keyboard_and_one_sees_where_one_is",
    "test_for_everybody::test_in_high_contrast_controls_and_where_a_sag_is_are_told_by_more_than_their_ground",
    "test_for_everybody::test_another_language_keeps_the_page",
    "test_for_everybody::test_without_javascript_the_main_pages_say_the_same",
)
"""What is expected of all pages."""


def test_there_are_twenty_five() -> None:
    assert list(EXPECTATIONS) == list(range(1, 26))


@pytest.mark.parametrize("test", [*(one for held in EXPECTATIONS.values() for one in held), *EVERY_PAGE])
def test_each_is_held_by_a_test_that_exists(test: str) -> None:
    module, name = test.split("::")
    assert callable(getattr(import_module(f"tests.browser.{module}"), name))


def test_a_test_with_a_number_holds_the_expectation_of_that_number() -> None:
    for module in (OWNER, CHAIR, SECRETARIAT):
        for name in vars(import_module(f"tests.browser.{module}")):
            if name.startswith("test_"):
                assert f"{module}::{name}" in EXPECTATIONS[int(name.split("_")[1])]
