"""No cookie is taken but the one that was given, to whom it was given, as long as it lasts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.web.people import People, Person
from streams.web.sessions import SESSION_SECONDS, Sessions

NOW = 1_767_369_600.0
OLA, BOSS, STRANGE = Person("ola", "respond"), Person("boss", "admin"), Person("Żółw z portu 7", "read")
PEOPLE = People([(OLA, "0123456789abcdef"), (BOSS, "fedcba9876543210"), (STRANGE, "aaaaaaaaaaaaaaaaaaaa")])
COOKIE = Sessions(PEOPLE, lambda: NOW).begin(OLA)
SESSIONS = Sessions(PEOPLE, lambda: NOW + 60)
letters = st.characters(codec="ascii") | st.sampled_from("._-=0123456789abcdef")


@given(st.sampled_from([OLA, BOSS, STRANGE]), st.floats(0, SESSION_SECONDS - 2))
def test_a_cookie_is_its_persons_as_long_as_it_lasts(person: Person, later: float) -> None:
    cookie = Sessions(PEOPLE, lambda: NOW).begin(person)
    found = Sessions(PEOPLE, lambda: NOW + later).find(cookie)
    assert found
    assert found.person == person
    assert Sessions(PEOPLE, lambda: NOW + SESSION_SECONDS + later).find(cookie) is None


@given(st.text(letters, max_size=200))
def test_nothing_made_up_is_taken(cookie: str) -> None:
    assert SESSIONS.find(cookie) is None


@given(st.integers(0, len(COOKIE) - 1), letters)
def test_a_cookie_with_another_letter_is_not_taken(place: int, letter: str) -> None:
    changed = COOKIE[:place] + letter + COOKIE[place + 1 :]
    assert (SESSIONS.find(changed) is None) == (changed != COOKIE)


@given(st.integers(0, len(COOKIE)), st.integers(0, len(COOKIE)))
def test_a_part_of_a_cookie_is_not_taken(begin: int, end: int) -> None:
    part = COOKIE[begin:end]
    assert (SESSIONS.find(part) is None) == (part != COOKIE)


@given(st.lists(st.sampled_from(range(5)), min_size=5, max_size=5))
def test_parts_of_cookies_of_two_people_make_no_third(whose: list[int]) -> None:
    cookies = [COOKIE, *(Sessions(PEOPLE, lambda: NOW).begin(person) for person in (OLA, BOSS, STRANGE, BOSS))]
    mixed = ".".join(cookies[choice].split(".")[part] for part, choice in enumerate(whose))
    assert (SESSIONS.find(mixed) is None) == (mixed not in cookies)


@given(st.text(letters, min_size=1, max_size=40))
def test_a_new_token_ends_the_sessions_of_the_old_one_and_no_stranger_s_counts(token: str) -> None:
    theirs = People([(OLA, token), (BOSS, "0123456789abcdef")])  # another's token signs nothing in Ola's name
    assert Sessions(theirs, lambda: NOW).find(COOKIE) is None
    assert SESSIONS.find(Sessions(theirs, lambda: NOW).begin(OLA)) is None
    assert Sessions(People([]), lambda: NOW).find(COOKIE) is None


def test_who_has_another_role_now_has_it_at_once() -> None:
    promoted = People([(Person("ola", "admin"), "0123456789abcdef")])
    found = Sessions(promoted, lambda: NOW).find(COOKIE)
    assert found
    assert found.person.role == "admin"


def test_each_session_has_a_token_of_its_own_for_forms() -> None:
    cookies = [Sessions(PEOPLE, lambda: NOW).begin(OLA) for _ in range(50)]
    assert len({found.csrf for cookie in cookies if (found := SESSIONS.find(cookie))}) == 50
