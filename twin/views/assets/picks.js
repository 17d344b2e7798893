// A table of words; where its rows lead somewhere, the first cell is a button.

export function render({model}) {
  const table = make("table", "picks")
  const scroller = make("div", "scroller")
  scroller.append(table)
  let numbers = []  // which columns hold nothing but numbers
  const isNumber = place => place > 0 && model.rows.every(row => /^([-+−<>]?\s?\d|–?$)/.test(row[place]))
  const cell = (tag, words, place) => make(tag, numbers[place] ? "number" : "", words)
  const row = (words, index) => {
    const line = make("tr", model.marks.includes(index) ? "marked" : "")
    line.append(...words.map((word, place) => cell("td", word, place)))
    if (model.leads) {
      const go = () => model.send_msg({row: index})
      line.firstChild.replaceChildren(press(words[0], go))
      line.addEventListener("click", event => { if (event.target.tagName !== "BUTTON") { go() } })
      line.classList.add("leads")
    }
    return line
  }
  const draw = () => {
    numbers = model.columns.map((_, place) => isNumber(place))
    const head = make("tr")
    head.append(...model.columns.map((word, place) => {
      const box = cell("th", word, place)
      box.scope = "col"
      return box
    }))
    const top = make("thead"), body = make("tbody")
    top.append(head)
    body.append(...model.rows.map(row))
    table.replaceChildren(top, body)
    table.setAttribute("aria-label", model.title)
  }
  for (const name of ["columns", "rows", "marks"]) { model.on(name, draw) }
  draw()
  return scroller
}
