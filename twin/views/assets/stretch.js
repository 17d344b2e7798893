// The stretch selected: its numbers, a way to type its times, a way back. Nothing around it is measured anew.

export function render({model}) {
  const title = make("p", "title", "", {role: "status"})
  const typed = make("input", "", "", {type: "text", id: "stretch", placeholder: model.whole})
  const clear = press("Clear", () => { typed.value = ""; model.send_msg({clear: true}) }, "clear")
  const head = make("div", "head"), cards = make("div"), box = make("div", "stretch")
  typed.addEventListener("change", () => model.send_msg({typed: typed.value}))
  head.append(title, clear)
  box.append(head, make("label", "", "From – to, then Enter", {for: "stretch"}), typed, cards)
  const draw = () => {
    title.replaceChildren(make("b", "", model.heading), ` ${model.words}`)
    clear.hidden = !model.selected
    cards.innerHTML = model.cards
  }
  for (const name of ["heading", "words", "selected", "cards"]) { model.on(name, draw) }
  draw()
  return box
}
