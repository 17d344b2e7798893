// Leads a recording that is played as if live: pause, speed, place. Opens from the head's chip.

const SPEEDS = [1, 2, 5, 10, 20, 60]

function player_line(source, send) {
  const line = document.createElement("fieldset")
  const title = document.createElement("legend")
  const pause = document.createElement("button")
  const place = document.createElement("input")
  const speed = document.createElement("select")
  title.textContent = source.name
  pause.type = "button"
  Object.assign(place, {type: "range", min: 0, max: 100, step: 1})
  place.setAttribute("aria-label", `Place in ${source.name}, per cent`)
  speed.setAttribute("aria-label", `Speed of ${source.name}`)
  for (const times of SPEEDS) { speed.append(new Option(`×${times}`, times)) }
  pause.addEventListener("click", () => send({paused: pause.dataset.paused !== "true"}))
  place.addEventListener("change", () => send({position: place.valueAsNumber / 100}))
  speed.addEventListener("change", () => send({speed: Number(speed.value)}))
  line.append(title, pause, place, speed)
  line.show = (now) => {
    pause.dataset.paused = now.state === "paused"
    pause.textContent = now.state === "paused" ? "Play" : "Pause"
    if (!line.matches(":focus-within")) { place.value = now.position; speed.value = now.speed }
  }
  return line
}

// The panel under the chip; `send(name, changes)` brings a change to the hub.
function make_player(button, send) {
  const panel = document.createElement("div")
  panel.className = "player"
  panel.hidden = true
  const lines = new Map()
  const toggle = (open) => { panel.hidden = !open; button.setAttribute("aria-expanded", open) }
  button.setAttribute("aria-expanded", "false")
  button.addEventListener("click", () => { if (lines.size) { toggle(panel.hidden) } })
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { toggle(false); button.focus() } })
  panel.show = (sources) => {
    const played = sources.filter((s) => s.position !== null)
    for (const source of played) {
      if (!lines.has(source.name)) {
        lines.set(source.name, player_line(source, (changes) => send(source.name, changes)))
        panel.append(lines.get(source.name))
      }
      lines.get(source.name).show(source)
    }
    button.disabled = !played.length
    if (!played.length) { toggle(false) }
  }
  return panel
}
