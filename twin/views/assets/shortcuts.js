// The list of keys, under "?"; and the way past the head for those who go by Tab.

function shortcuts_dialog(lines) {
  const dialog = make("dialog", "shortcuts", "", {"aria-label": "Keys"})
  const list = make("dl")
  for (const [keys, words] of lines) {
    const key = make("dt")
    key.append(...keys.split(" ").map((name) => make("kbd", "", name)))
    list.append(key, make("dd", "", words))
  }
  const label = make("label", "", "Letters act on this device")
  const letters = make("input", "", "", {type: "checkbox"})
  letters.checked = keys_are_on()
  letters.addEventListener("change", () => remember("twin_keys", letters.checked ? "" : "off"))
  label.prepend(letters)
  dialog.append(make("h2", "", "Keys"), list, label, press("Close", () => dialog.close(), "main"))
  dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close() } })
  return dialog
}

// The first element with a class, in whatever shadow of the page it is.
function deep_find(kind, root = document) {
  const found = root.querySelector(`.${kind}`)
  if (found) { return found }
  for (const {shadowRoot} of root.querySelectorAll("*")) {
    const below = shadowRoot && deep_find(kind, shadowRoot)
    if (below) { return below }
  }
  return null
}

// What a page is about begins behind its alerts.
function skip_link() {
  const link = make("a", "skip", "Skip to content", {href: "#content"})
  link.addEventListener("click", (event) => {
    event.preventDefault()
    const content = deep_find("twin-alerts")?.nextElementSibling
    if (!content) { return }
    content.tabIndex = -1
    content.style.outline = "none"
    content.focus()
  })
  return link
}
