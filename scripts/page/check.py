"""Opens the pages of suites in a browser and uses them as a reader would: with a pointer, by keyboard, on a
phone, in the dark, on paper, without scripts, with what a screen reader is given.

    check.py BROWSER PAGES SCREENSHOTS

PAGES is a folder of NAME.html. Says what is wrong with which page, and exits with 1 if anything is."""

import pathlib
import re
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SHOWN = "table.rows tbody:not([hidden])"


class Reader:
    """A page in a browser of its own, and what went wrong there."""

    def __init__(self, browser, path, **options):
        self.context = browser.new_context(**{"viewport": WIDE, **options})
        self.page = self.context.new_page()
        self.requests, self.errors = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.url = path.resolve().as_uri()
        self.page.goto(self.url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def texts(self, selector):
        return self.page.locator(selector).all_inner_texts()

    def open_row(self):
        """Opens the first row; a merge's page has none that opens."""
        for button in self.page.locator(f"{SHOWN} button.open").all()[:1]:
            button.click()

    def pick(self, name, value):
        self.page.locator(f'#picker input[name="{name}"][value="{value}"]').check()


def amount(text):
    """The number in a cell, in its smallest unit; None of a dash."""
    found = re.search(r"([\d,]*\.?\d+) ?(ns|µs|ms|s|k|M)?", text)
    units = {"µs": 1e3, "ms": 1e6, "s": 1e9, "k": 1e3, "M": 1e6}
    return float(found[1].replace(",", "")) * units.get(found[2], 1) if found else None


def expect(truth, words):
    if not truth:
        raise AssertionError(words)


def needs_nothing_else(browser, path, shots):
    with Reader(browser, path) as reader:
        expect(reader.requests == [reader.url], f"it asked for {reader.requests[1:]}")
        expect(not reader.errors, f"the console says {reader.errors}")
        expect(reader.page.title() != "hostile", "a name became a script")
        expect(reader.page.locator("i.hostile").count() == 0, "a name became an element")
        ids = reader.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        expect(len(ids) == len(set(ids)), f"not unique: {sorted({i for i in ids if ids.count(i) > 1})}")
        links = reader.page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))")
        expect(set(links) <= set(ids), f"links to nowhere: {set(links) - set(ids)}")


def begins_with_the_first_situation(browser, path, shots):
    with Reader(browser, path) as reader:
        axes = reader.page.locator("#picker fieldset[data-axis]")
        for index in range(axes.count()):
            chosen = axes.nth(index).locator("input:checked").get_attribute("data-place")
            expect(chosen == "0", f"axis {index} begins with {chosen}")
        rows = reader.page.locator("table.rows tbody").count()
        shown = reader.page.locator(SHOWN).count()
        expect(0 < shown <= rows, f"{shown} of {rows} rows are shown")
        expect(reader.texts("#count")[0].startswith(f"{shown} of {rows} rows"), "the count is wrong")


def sorts(browser, path, shots):
    with Reader(browser, path) as reader:
        for kind, ascending in [("c", True), ("m", False)]:
            reader.page.locator(f"th.{kind} button").click()
            state = reader.page.locator(f"th.{kind}").get_attribute("aria-sort")
            expect(state == ("ascending" if ascending else "descending"), f"{kind}: {state}")
            values = [amount(text) for text in reader.texts(f"{SHOWN} td.{kind}")]
            known = [value for value in values if value is not None]
            expect(known == sorted(known, reverse=not ascending), f"{kind} is not in order: {known}")
            expect(len(known) > 1, "there is nothing to sort")
        reader.page.locator("th.m button").click()
        known = [amount(text) for text in reader.texts(f"{SHOWN} td.m")]
        expect(known == sorted(known), "a second click does not turn it round")


def filters_and_links(browser, path, shots):
    with Reader(browser, path) as reader:
        axes = reader.page.locator("#picker fieldset[data-axis]")
        for index in range(axes.count()):
            axes.nth(index).locator("input").last.check()
        everything = reader.page.locator(SHOWN).count()
        name = reader.texts("table.rows tbody th button")[0]
        reader.page.fill("input[name=server]", name)
        names = reader.texts(f"{SHOWN} th button")
        expect(names and all(name in other for other in names), f"looking for {name} shows {names}")
        expect(len(names) < everything, "a name hides nothing")
        reader.page.locator("th.c button").click()
        link = reader.page.url
        parts = ["server=", "sort="] + (["=all"] if axes.count() else [])
        expect(all(part in link for part in parts), f"the link is {link}")
        before = reader.texts(SHOWN)
        reader.page.goto("about:blank")
        reader.page.goto(link)
        expect(reader.texts(SHOWN) == before, f"{link} does not show what was seen")
        expect(not reader.errors, f"the console says {reader.errors}")


def opens_a_row(browser, path, shots):
    with Reader(browser, path) as reader:
        button = reader.page.locator(f"{SHOWN} button.open").first
        details = reader.page.locator("#" + button.get_attribute("aria-controls"))
        expect(not details.is_visible(), "details are open before they are asked for")
        button.focus()
        reader.page.keyboard.press("Enter")
        expect(button.get_attribute("aria-expanded") == "true", "a key does not open it")
        words = details.inner_text()
        expect(details.locator("p:last-child > code").count() == 2, "there are not two commands")
        expect("client" in words, f"the client's command is missing: {words}")
        reader.page.screenshot(path=shots / f"{path.stem}-open.png")
        button.click()
        expect(not details.is_visible(), "a click does not close it")


def shows_more_columns(browser, path, shots):
    with Reader(browser, path) as reader:
        before = reader.page.locator("table.rows thead th:visible").count()
        reader.page.check("input[name=more]")
        after = reader.page.locator("table.rows thead th:visible").count()
        expect(after > before >= 8, f"{before} columns, and then {after}")


def works_by_keyboard(browser, path, shots):
    with Reader(browser, path) as reader:
        page = reader.page
        page.keyboard.press("Tab")
        expect(page.evaluate("document.activeElement.className") == "skip", "there is no skip link")
        page.keyboard.press("Enter")
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate(
                """() => { const e = document.activeElement; const box = e.getBoundingClientRect();
                  const shown = getComputedStyle(e.nextElementSibling || e).outlineStyle !== "none" ||
                    getComputedStyle(e).outlineStyle !== "none";
                  return [e.tagName + (e.className ? "." + e.className : ""), shown, box.width > 0]
                    .join(" ") }"""))
        reached = {name.split()[0] for name in seen}
        expect({"INPUT", "BUTTON", "BUTTON.open"} <= reached, f"only {reached} are reached")
        unseen = [name for name in seen if "false" in name and not name.startswith("BODY")]
        expect(not unseen, f"without a visible focus: {unseen}")


def can_be_read_by_machines(browser, path, shots):
    for scheme in ["light", "dark"]:
        with Reader(browser, path, color_scheme=scheme) as reader:
            reader.open_row()
            reader.page.screenshot(path=shots / f"{path.stem}-1280-{scheme}.png", full_page=True)
            found = [
                f"{item['id']} ({item['impact']}): {item['nodes'][0]['html'][:120]}"
                for item in Axe().run(reader.page).response["violations"]
                if item["impact"] in {"serious", "critical", "moderate"}]
            expect(not found, f"{scheme}: {'; '.join(found)}")


def has_two_schemes(browser, path, shots):
    colours = []
    for scheme in ["light", "dark"]:
        with Reader(browser, path, color_scheme=scheme) as reader:
            colours.append(reader.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    expect(colours[0] == "rgb(255, 255, 255)" != colours[1], f"the backgrounds are {colours}")


def fits_a_phone(browser, path, shots):
    with Reader(browser, path, viewport=PHONE, device_scale_factor=2, is_mobile=True) as reader:
        reader.open_row()
        width = reader.page.evaluate("document.documentElement.scrollWidth")
        reader.page.screenshot(path=shots / f"{path.stem}-390.png", full_page=True)
        expect(width <= PHONE["width"], f"it is {width} pixels wide")
        for box in reader.page.locator("input[name=more]").all():
            box.check()
        width = reader.page.evaluate("document.documentElement.scrollWidth")
        expect(width <= PHONE["width"], f"with all columns it is {width} pixels wide")


def can_be_read_without_scripts(browser, path, shots):
    with Reader(browser, path, java_script_enabled=False) as reader:
        page = reader.page
        bodies = page.locator("table.rows tbody")
        expect(bodies.count() == page.locator("table.rows tbody:visible").count(), "rows are hidden")
        expect(not page.locator("#picker").is_visible(), "there is a picker that does nothing")
        expect(page.locator("button:visible").count() == 0, "there are buttons that do nothing")
        for section in page.locator("main > section").all():
            expect(section.is_visible(), "a section is hidden")
        details = bodies.first.locator("details")
        details.locator("summary").click()
        expect(details.locator("a").last.is_visible(), "details do not open")
        page.locator("#commands summary").click()
        for link in details.locator("a").all():
            expect(page.locator(link.get_attribute("href")).is_visible(), "a link leads nowhere")


def can_be_printed(browser, path, shots):
    with Reader(browser, path, color_scheme="dark") as reader:
        reader.page.emulate_media(media="print")
        colour = reader.page.evaluate("getComputedStyle(document.body).color")
        reader.page.pdf(path=shots / f"{path.stem}.pdf", prefer_css_page_size=True)
        pages = (shots / f"{path.stem}.pdf").read_bytes().count(b"/Type /Page\n")
        expect(colour == "rgb(27, 31, 36)", f"it prints in {colour}")
        most = 6 if path.stem == "quick" else 16
        expect(0 < pages <= most, f"it has {pages} pages on paper")


def has_every_client(browser, path, shots):
    with Reader(browser, path) as reader:
        rows = reader.page.locator("#clients tbody tr")
        expect(rows.count() >= 3, f"{rows.count()} rows")
        expect(reader.texts("#clients tbody tr")[-1].startswith("all"), "the last row is not of all")
        cells = reader.page.locator("#clients tbody td").all()
        cut = [cell.inner_text() for cell in cells if cell.evaluate("e => e.scrollWidth > e.clientWidth + 1")]
        expect(not cut, f"cut: {cut}")
        titles = reader.page.locator("main figure svg > title").count()
        expect(titles == reader.page.locator("main figure").count() > 0, "a picture has no title")
        expect(reader.page.locator("script, [onclick]").count() == 0, "there is a script")


def is_small(browser, path, shots):
    size = path.stat().st_size
    expect(size < 700_000, f"it has {size} bytes")


CHECKS = [
    needs_nothing_else, begins_with_the_first_situation, sorts, filters_and_links, opens_a_row,
    shows_more_columns, works_by_keyboard, can_be_read_by_machines, has_two_schemes, fits_a_phone,
    can_be_read_without_scripts, can_be_printed, is_small,
]

# A page of `merge` has no script, and so nothing to pick, sort or open.
MERGE_CHECKS = [
    needs_nothing_else, has_every_client, can_be_read_by_machines, has_two_schemes, fits_a_phone, can_be_printed,
    is_small,
]


def main(program, folder, shots):
    shots = pathlib.Path(shots)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in sorted(pathlib.Path(folder).glob("*.html")):
            checks = MERGE_CHECKS if path.stem.startswith("merge") else CHECKS
            for check in checks:
                try:
                    check(browser, path, shots)
                except Exception as error:
                    failed += 1
                    print(f"{path.name} {check.__name__.replace('_', ' ')}: {error}")
            print(f"{path.name}: {len(checks)} checks", flush=True)
        browser.close()
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
