"""English names of Chinese places, from their pinyin."""

from collections.abc import Mapping

from pypinyin import Style, lazy_pinyin


def romanised(name: str, readings: Mapping[str, str]) -> str:
    """Return a place's name in pinyin as one capitalised word, with an apostrophe where needed.

    :param readings: names whose characters are read otherwise than the dictionary says,
        as syllables separated by spaces
    """
    if name in readings:
        syllables = readings[name].split()
    else:
        syllables = lazy_pinyin(name, style=Style.NORMAL, v_to_u=True)
    # Pinyin rule: a syllable that begins with a, o or e is set off by an apostrophe.
    word = syllables[0] + "".join(f"'{s}" if s[0] in "aoe" else s for s in syllables[1:])
    return word[:1].upper() + word[1:]
