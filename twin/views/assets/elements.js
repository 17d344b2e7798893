// Elements of a page: made, filled and changed; a page writes only what has changed.

function make(tag, kind = "", text = "", attributes = {}) {
  const element = document.createElement(tag)
  if (kind) { element.className = kind }
  if (text) { element.textContent = text }
  for (const [name, value] of Object.entries(attributes)) { element.setAttribute(name, value) }
  return element
}

function press(words, act, kind = "", attributes = {}) {
  const button = make("button", kind, words, {type: "button", ...attributes})
  button.addEventListener("click", act)
  return button
}

function card(title, ...content) {
  const box = make("section", "card", "", {"aria-label": title})
  box.append(make("h2", "", title), ...content)
  return box
}

// A select of pairs of value and words.
function choice(pairs, value, kind = "", attributes = {}) {
  const select = make("select", kind, "", attributes)
  offer(select, pairs, value)
  return select
}

function offer(select, pairs, value) {
  renew(select, pairs, () => pairs.map(([key, words]) => new Option(words, key)))
  select.value = value
}

// A text set anew costs a layout even where it is the same.
function say(element, text) {
  const words = element.firstChild
  if (words instanceof Text && words === element.lastChild) {
    if (words.data !== text) { words.data = text }
  } else if (element.textContent !== text) { element.textContent = text }
}

function mark(element, name, text) {
  if (element.getAttribute(name) !== text) { element.setAttribute(name, text) }
}

// Build what is in an element anew where that of which it tells has changed.
function renew(element, tells, build) {
  const key = JSON.stringify(tells)
  if (element.tells === key) { return }
  element.tells = key
  element.replaceChildren(...build())
}

// Draw what is in a box anew; who was in it by keyboard stays where it was, with what was typed.
// Lines keep their place by `data-id`; where the line is gone, its follower gets the focus.
function keeping_focus(box, draw) {
  const held = box.getRootNode().activeElement
  if (!held || !box.contains(held)) { draw(); return }
  const controls = (within) => [...within.querySelectorAll("a[href], button, input, select, textarea")]
  const lines = () => [...box.querySelectorAll("[data-id]")]
  const line = held.closest("[data-id]"), at = lines().indexOf(line), place = controls(line ?? box).indexOf(held)
  draw()
  const same = line && lines().find((other) => other.dataset.id === line.dataset.id)
  const next = line ? same ?? lines()[Math.min(at, lines().length - 1)] : box
  const control = next && (controls(next)[same || !line ? place : 0] ?? controls(next)[0])
  if (same && control?.matches("input:not([type=checkbox]), textarea") && held.matches("input, textarea")) { control.value = held.value }
  control?.focus()
}
