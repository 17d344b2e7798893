// Keys of a page: one letter each, listed under "?"; they rest where somebody types, in dialogs,
// and where this browser remembers that they are off.

const TAKES_LETTERS = "input:not([type=checkbox]), textarea, select, dialog[open], [contenteditable], [role=combobox], [role=listbox]"

function keys_are_on() { return remembered("twin_keys") !== "off" }

// `acts` has for each letter what it does; `always` those that cannot be switched off.
function on_keys(model, acts, always = []) {
  const press = (event) => {
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) { return }
    if (event.composedPath().some((element) => element.matches?.(TAKES_LETTERS))) { return }
    if (!keys_are_on() && !always.includes(event.key)) { return }
    event.preventDefault()
    act()
  }
  document.addEventListener("keydown", press)
  model.on("remove", () => document.removeEventListener("keydown", press))
}

// Ctrl+Z, or Cmd+Z, where nobody types; there it undoes what was typed.
function on_undo(model, act) {
  const press = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") { return }
    if (event.composedPath().some((element) => element.matches?.(TAKES_LETTERS))) { return }
    event.preventDefault()
    act()
  }
  document.addEventListener("keydown", press)
  model.on("remove", () => document.removeEventListener("keydown", press))
}
