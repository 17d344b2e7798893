// Tabs without their content: one is chosen by mouse, or by the arrow keys.

export function render({model}) {
  const bar = make("div", "tabs", "", {role: "tablist", "aria-label": "Parts of the review"})
  const choose = place => {
    model.active = place
    draw()
    bar.children[place].focus()
  }
  const tabs = model.titles.map((title, place) => press(title, () => choose(place), "", {role: "tab"}))
  bar.append(...tabs)
  bar.addEventListener("keydown", event => {
    const last = tabs.length - 1, now = model.active
    const next = {ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now === 0 ? last : now - 1,
                  Home: 0, End: last}[event.key]
    if (next !== undefined) { event.preventDefault(); choose(next) }
  })
  const draw = () => tabs.forEach((tab, place) => {
    const open = place === model.active
    mark(tab, "aria-selected", String(open))
    tab.tabIndex = open ? 0 : -1
  })
  model.on("active", draw)
  draw()
  return bar
}
