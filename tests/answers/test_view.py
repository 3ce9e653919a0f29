from typing import cast

from mcp_server.answers.view import CONCISE_TEXT, ROW_TEXT, Cut, project, view


def test_only_the_named_fields_are_kept_in_their_order() -> None:
    shown, cuts = project({"b": 1, "a": 2, "z": 3}, view("a", "b"))
    assert shown == {"a": 2, "b": 1}
    assert not cuts


def test_rows_are_projected_one_by_one() -> None:
    shown, _ = project([{"a": 1, "z": 2}, {"a": 3}], view("a"))
    assert shown == [{"a": 1}, {"a": 3}]


def test_a_list_inside_is_cut_and_reported() -> None:
    shown, cuts = project({"top": [1, 2, 3]}, view(top=view(rows=2)))
    assert shown == {"top": [1, 2]}
    assert cuts == [Cut("top", 2, 3)]


def test_an_object_with_none_of_the_names_is_kept_whole() -> None:
    # Most of Toklytics' answers are unspecified: other names must not vanish.
    assert project({"other": 1}, view("a"))[0] == {"other": 1}


def test_long_texts_are_shortened_but_links_are_not() -> None:
    link = "https://example.com/" + "x" * 200
    shown, _ = project({"a": "y" * 500, "b": link}, view("a", "b"))
    assert isinstance(shown, dict)
    assert len(str(shown["a"])) == CONCISE_TEXT
    assert shown["b"] == link


def test_of_a_list_in_the_order_of_time_the_end_is_kept() -> None:
    shown, cuts = project({"points": [1, 2, 3]}, view(points=view(last=2)))
    assert shown == {"points": [2, 3]}
    assert cuts == [Cut("points", 2, 3)]


def test_a_caveat_is_never_cut_in_half() -> None:
    caveat = "Mind this. " * 40
    shown, _ = project({"warnings": [caveat]}, view("warnings"))
    assert shown == {"warnings": [caveat]}


def test_in_a_row_a_text_is_only_to_be_recognized() -> None:
    caption = "y" * 500
    shown, _ = project({"bio": caption, "top": [{"description": caption}]}, view("bio", "top"))
    assert isinstance(shown, dict)
    (row,) = cast("list[dict[str, str]]", shown["top"])
    assert (
        (len(str(shown["bio"])), len(row["description"])) == (CONCISE_TEXT, ROW_TEXT) == (100, 50)
    )
