import pytest

from people import masking


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("张", "*"),
        ("张三", "张*"),
        ("张小明", "张*明"),
        ("欧阳小明", "欧**明"),
        (" 李四 ", "李*"),
        ("John Smith", "J* S*"),
        ("𠮷野家", "𠮷*家"),
    ],
)
def test_a_name_keeps_its_edges(text, shown):
    assert masking.name(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "861****5678"),
        ("023-45678901", "023****8901"),
        ("45678901", "****01"),
        ("110", "***"),
        ("", ""),
        ("none", ""),
    ],
)
def test_a_phone_number_keeps_its_edges(text, shown):
    assert masking.phone(text) == shown


def test_a_mail_address_keeps_its_first_letter_and_its_host():
    assert masking.address("liming@example.org") == "l***g@example.org"
    assert masking.address("") == ""
