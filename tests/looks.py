"""What is looked at on every page: each function returns the faults that it found, as sentences."""

import re
from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PHONES = (320, 360, 390)
# 683 is a window of 1366 pixels at 200 %.
WIDTHS = (*PHONES, 683, 768, 1366, 1920, 3840)
LANG = {"zh-hans": "zh-hans", "en": "en"}
# English that stays English in a Chinese sentence, and names that are nobody's to translate.
SAME_IN_CHINESE = re.compile(
    r"(?i)https?://\S+|English|WGS|GCJ|API|CSV|XLSX|PDF|OpenStreetMap|contributors|Apache|"
    r"[A-Z]{2,}[-\dA-Z]*|\b(Ctrl|Shift|Enter|Esc|Tab|Space|Home|End)\b"
)
LEFT_IN_ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,.'’-]+[A-Za-z]{2,})+")

READ_WORDS = """() => {
    const said = [document.title, document.body.innerText];
    for (const node of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
        if (node.closest('[lang=en]')) continue;
        for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
            if (node.getAttribute(name)) said.push(node.getAttribute(name));
        }
    }
    for (const node of document.querySelectorAll('[lang=en]')) {
        said[1] = said[1].replace(node.innerText, '');
    }
    return said.join('\\n');
}"""

# Deepest element that reaches beyond the right edge of a page that can be pushed sideways.
STICKING_OUT = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return null;
    const out = [...document.querySelectorAll('body *')].filter((node) => {
        return node.getBoundingClientRect().right > wide + 1;
    });
    const last = out.filter((node) => !out.some((other) => other !== node && node.contains(other)));
    return (last[0] || document.body).outerHTML.slice(0, 160);
}"""


def listen(page: Page) -> list[str]:
    """Return a list that fills with whatever the console complains of, the policy included."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"console: {said.text} {said.location['url']}")
            if said.type == "error"
            else None
        ),
    )
    return complaints


def settle(page: Page) -> None:
    """Wait for what a page draws by itself."""
    page.wait_for_load_state("load")
    if page.url.partition("?")[0].endswith("/figures/"):
        page.wait_for_selector("#chart-much[data-drawn=yes]")
    if page.locator("#live").count():
        expect(page.locator("#live")).to_have_attribute("data-state", "live")
    if page.locator("[data-figure=received] b").count():
        expect(page.locator("[data-figure=received] b")).not_to_have_text("–")
        expect(page.locator("#map")).to_have_attribute("data-count", re.compile(r"\d"))


def frame(page: Page, language: str, kind: str) -> list[str]:
    """What every page has: its language, a title, one heading, a way past the header."""
    found = []
    if (lang := page.locator("html").get_attribute("lang")) != LANG[language]:
        found.append(f"lang is {lang}")
    if not page.title().strip():
        found.append("no title")
    if (count := page.locator("h1").count()) != 1:
        found.append(f"{count} h1")
    if kind in ("public", "staff"):
        skip = page.locator("a.skip").first
        target = skip.get_attribute("href") if skip.count() else None
        if not target or page.locator(target).count() != 1:
            found.append("no way past the header")
    return found


def axe(page: Page, *, levels: Sequence[str] = (), rules: Sequence[str] = ()) -> list[str]:
    """What axe has to say, of these levels or of any; asked only these of its rules, or all."""
    # To read styles it would load them again and write some itself, which the policy stops.
    options: dict = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    return [
        f"axe {fault['id']}: {node['html'][:160]}"
        for fault in Axe().run(page, options=options).response["violations"]
        if not levels or fault["impact"] in levels
        for node in fault["nodes"]
    ]


def words(page: Page, language: str) -> list[str]:
    """English that was left on a Chinese page."""
    if language == "en":
        return []
    said = SAME_IN_CHINESE.sub("·", page.evaluate(READ_WORDS))
    return [f"English: {left}" for left in sorted(set(LEFT_IN_ENGLISH.findall(said)))]


def widths(page: Page, at: Sequence[int] = WIDTHS) -> list[str]:
    """What sticks out to the right at one of the widths."""
    found = []
    for width in at:
        page.set_viewport_size({"width": width, "height": 844 if width < 1000 else 900})
        # A chart follows in the frames after, on a busy machine much later.
        for _ in range(100):
            if not (sticking := page.evaluate(STICKING_OUT)):
                break
            page.wait_for_timeout(100)
        if sticking:
            found.append(f"sticks out at {width}: {sticking}")
    return found


def counted(page: Page) -> list[float]:
    """Return a list that fills with the bytes of whatever comes over the line from now on."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    return sizes


def weigh(page: Page, address: str) -> int:
    """Return the bytes that come over the line when the page is opened for the first time."""
    sizes = counted(page)
    page.goto(address, wait_until="networkidle")
    return int(sum(sizes))
