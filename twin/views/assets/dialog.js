// A small dialog with fields and buttons. Errors stay in the dialog.

function make_dialog(title) {
  const dialog = make("dialog", "", "", {"aria-label": title})
  const form = make("form", "", "", {method: "dialog"})
  const fields = make("div", "fields")
  const error = make("p", "failed", "", {role: "alert"})
  const buttons = make("div", "buttons")
  const cancel = make("button", "", "Cancel", {type: "button"})
  cancel.addEventListener("click", () => dialog.close())
  form.append(make("h2", "", title), fields, error, buttons)
  buttons.append(cancel)
  dialog.append(form)
  // A click beside the dialog closes it; one inside has the form as its target.
  dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close() } })
  dialog.addEventListener("close", () => dialog.remove())
  dialog.fail = (words) => say(error, words)
  dialog.add = (words, input, hint = "") => {
    const label = make("label", "", words)
    label.append(input)
    if (hint) { label.append(make("small", "", hint)) }
    fields.append(label)
    return input
  }
  dialog.button = (words, act, kind = "main") => {
    const button = make("button", kind, words, {type: kind.includes("main") ? "submit" : "button"})
    if (kind.includes("main")) {
      form.addEventListener("submit", (event) => { event.preventDefault(); act() })
    } else { button.addEventListener("click", act) }
    buttons.append(button)
    return button
  }
  return dialog
}
