// Stored sessions: search, sort, open one, lay some over each other. The server searches and sorts; here are the lines it gave.

const NUMBERS = ["time", "distance", "samples"]

export function render({model}) {
  const page = make("div", "sessions")
  const search = make("input", "", "", {type: "search", "aria-label": "Search sessions", placeholder: "Search: athlete, sport, date, file …"})
  const count = make("p", "count", "", {role: "status"})
  const table = make("table", "", "", {"aria-label": "Stored sessions"})
  const head = make("tr"), top = make("thead"), body = make("tbody")
  const asked = {search: "", sort: "start", down: true, most: 50}
  const send = (changes) => { Object.assign(asked, changes); model.send_msg(asked) }
  search.addEventListener("input", () => send({search: search.value, most: 50}))
  const heads = Object.entries(JSON.parse(model.titles)).map(([name, words]) => {
    const cell = make("th", NUMBERS.includes(name) ? `${name} number` : name, "", {scope: "col"})
    cell.append(press(words, () => send({sort: name, down: asked.sort === name ? !asked.down : NUMBERS.includes(name)})))
    head.append(cell)
    return [name, cell]
  })
  head.prepend(make("td"))
  top.append(head)
  table.append(top, body)
  const ticked = new Set()
  const lay = press("Lay over each other", () => model.send_msg({together: [...ticked]}), "lay")
  const told = () => { lay.disabled = ticked.size < 2 || ticked.size > model.most }
  const box_of = (row) => {
    const label = make("label"), box = make("input", "", "", {type: "checkbox", "aria-label": `Choose ${row.start}, ${row.athlete}`})
    box.checked = ticked.has(row.session)
    box.addEventListener("change", () => { ticked[box.checked ? "add" : "delete"](row.session); told() })
    label.append(box)
    return label
  }
  const more = press("Show more", () => send({most: asked.most + 50}), "more")

  const open = (event, session) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) { return } // a tab of its own, as the browser does it
    event.preventDefault()
    model.send_msg({open: session})
  }
  const line_of = (row) => {
    const line = make("tr", "session", "", {"data-id": row.session})
    const choose = make("td", "choose")
    choose.append(box_of(row))
    choose.addEventListener("click", (event) => event.stopPropagation())
    line.append(choose)
    for (const [name] of heads) {
      const cell = make("td", NUMBERS.includes(name) ? `${name} number` : name)
      if (name === "start") {
        cell.append(make("a", "", row.start, {href: `review?session=${encodeURIComponent(row.session)}`, "aria-label": `${row.start}, ${row.athlete}, ${row.sport}`}))
      } else { cell.textContent = row[name] }
      line.append(cell)
    }
    line.addEventListener("click", (event) => open(event, row.session))
    return line
  }
  const draw = () => {
    const {rows, total} = JSON.parse(model.listed)
    keeping_focus(body, () => body.replaceChildren(...rows.map(line_of)))
    say(count, total ? `${total} ${total === 1 ? "session" : "sessions"}` : "No session holds these words.")
    more.hidden = rows.length >= total
    for (const [name, cell] of heads) { mark(cell, "aria-sort", name !== asked.sort ? "none" : asked.down ? "descending" : "ascending") }
  }
  on_keys(model, {"/": () => search.focus()})
  model.on("listed", draw)
  const tools = make("div", "tools")
  tools.append(search, lay)
  page.append(tools, count, table, more)
  told()
  draw()
  return page
}
