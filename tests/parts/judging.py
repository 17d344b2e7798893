"""A page as people who cannot see, click or aim well would find it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

FINGER_PX = 44  # WCAG 2.2, 2.5.5
# What has the focus, in whatever shadow of the page it is.
FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) { element = element.shadowRoot.activeElement }
  const of = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 }
  const around = element.closest?.(".tile")
  return {tag: element.tagName.toLowerCase(), kind: element.getAttribute("class") ?? "",
    name: element.getAttribute("aria-label") ?? element.textContent.trim() ?? "",
    outlined: of(element) || Boolean(around && of(around)) || element.matches(".MuiInputBase-input, .MuiSelect-select")}
}"""
# Controls that a finger misses. Left out as in WCAG: links within a sentence, what is switched off or
# not shown. A label is part of its control; a link that is laid over its whole box is as large as that.
SMALL = """(least) => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], " +
    "[role=option], [role=slider], [role=checkbox]"
  const small = []
  const within = (a) => a.matches("a") && getComputedStyle(a).display === "inline" &&
    [...a.parentNode.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim().length > 1)
  const area = (e) => (getComputedStyle(e, "::after").position === "absolute" ? e.offsetParent ?? e : e.closest("label") ?? e)
    .getBoundingClientRect()
  const hidden = (e) => !e.checkVisibility({opacityProperty: true, visibilityProperty: true}) ||
    getComputedStyle(e).clipPath !== "none" || getComputedStyle(e).clip !== "auto"
  const look = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (e.shadowRoot) { look(e.shadowRoot) }
      if (!e.matches(CONTROLS) || e.disabled || hidden(e) || within(e)) { continue }
      const {width, height} = area(e)
      if (width && height && Math.min(width, height) < least - .5) {
        const name = e.getAttribute("aria-label") ?? e.textContent.trim()
        small.push(`${e.tagName.toLowerCase()}.${e.className} "${name.slice(0, 40)}" ${Math.round(width)}x${Math.round(height)}`)
      }
    }
  }
  look(document)
  return small
}"""


def grave(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical on a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['html'][:150]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def too_small(page: Page) -> list[str]:
    """Return what a finger would miss on a page as it is now, with its size in pixels."""
    found: list[str] = page.evaluate(SMALL, FINGER_PX)
    return found


def tabbed(page: Page, most: int = 200) -> Iterator[dict]:
    """Go on by Tab until the page ends, and give what has the focus each time."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] == "body":
            return
        yield focused
    pytest.fail(f"after {most} times Tab still on the page, at {focused}")


def tab_to(page: Page, *names: str) -> None:
    """Go on by Tab until something with one of these in its name has the focus."""
    seen = []
    for focused in tabbed(page):
        seen.append(focused["name"])
        if any(name in focused["name"] for name in names):
            return
    pytest.fail(f"no way by Tab to {names}, only to {seen}")


def focused(page: Page) -> dict:
    """Return tag, class and name of what has the focus."""
    found: dict = page.evaluate(FOCUSED)
    return found


def chosen(scheme: str) -> dict:
    """Return what a browser keeps of a viewer who has chosen light or dark."""
    cookie = {"name": "twin_theme", "value": scheme, "domain": "127.0.0.1", "path": "/"}
    return {"cookies": [cookie], "origins": []}
