"""Which mail addresses can be used, and which host is this one."""

from __future__ import annotations

import pytest

from kdflow.domain.addresses import address, is_loopback, mailbox


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ida@kommune.example", "ida@kommune.example"),
        (" ida@kommune.example ", "ida@kommune.example"),
        ("i.d-a+kd_net@localhost", "i.d-a+kd_net@localhost"),
        ("ida@bücher.example", "ida@xn--bcher-kva.example"),
    ],
)
def test_an_address_as_it_stands_on_the_envelope(text: str, found: str) -> None:
    assert address(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "ida",
        "ida@",
        "@kommune.example",
        "ida@@kommune.example",
        "a.@kommune.example",
        ".a@kommune.example",
        "a..b@kommune.example",
        "søren@kommune.example",
        '"ida hansen"@kommune.example',
        "ida@kommune..example",
        "ida@-kommune.example",
        "ida@[127.0.0.1]",
        "<ida@kommune.example>",
        "ida@kommune.example>\r\nDATA",
        "ida@kommune.example\n.example",
        "a@x.example, b@x.example",
        f"{'a' * 65}@kommune.example",
        f"ida@{'a' * 64}.example",
        f"ida@{'a.' * 130}example",
        "ida\x00@kommune.example",
        "\ud800@kommune.example",
    ],
)
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address"):
        address(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kdflow@region.example", ""),
        ("kdflow <kdflow@region.example>", "kdflow"),
        ("Sekretariatet på Ærø <kdflow@region.example>", "Sekretariatet på Ærø"),
        ('"KD-Net, sekretariatet" <kdflow@region.example>', "KD-Net, sekretariatet"),
    ],
)
def test_a_mailbox_has_a_name_or_none(text: str, name: str) -> None:
    assert mailbox(text) == (name, "kdflow@region.example")


@pytest.mark.parametrize(
    "text",
    ["", "kdflow", "a@x.example, b@x.example", "a@x.example <b@x.example", "kdflow\r\n <a@x.example>"],
)
def test_no_mailbox(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        mailbox(text)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "mail.example", "10.0.0.1", "localhost.example", "127.0.0.1.example", "::2"])
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)
