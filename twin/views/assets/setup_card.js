// One sensor: what it is, how it stands, what it measures now, whose it is.

const WELL = ["stream", "listen"]
const STRONG = [-65, -75, -85, -95] // dBm: four bars, three, two, one
const OLD_S = 8
const NEW_ATHLETE = "+"
const STATE_WORDS = {search: "Looking for it", connect: "Connecting", stream: "Live", listen: "Live, no link",
  lost: "Lost", "adapter full": "Adapter full", "no adapter": "No adapter"}

function signal_bars() {
  const box = make("span", "signal")
  box.innerHTML = '<svg viewBox="0 0 26 14" aria-hidden="true">' + [0, 1, 2, 3].map((i) =>
    `<rect x="${i * 7}" y="${10 - i * 3}" width="5" height="${4 + i * 3}" rx="1"/>`).join("") + "</svg><b></b>"
  box.show = (rssi) => {
    mark(box, "data-bars", rssi === null ? "0" : String(STRONG.filter((least) => rssi >= least).length))
    say(box.lastChild, rssi === null ? "no signal" : `${rssi} dBm`)
  }
  return box
}

// How it stands in words; of nobody, it is simply there.
function state_words(sensor) {
  if (!sensor.athlete) { return sensor.age > OLD_S ? "Not heard lately" : "In the air" }
  if (sensor.state === "stream" && sensor.contact === false) { return "Live, no skin contact" }
  return STATE_WORDS[sensor.state] ?? sensor.state
}

function counted(sensor) {
  const words = []
  if (sensor.packets) { words.push(sensor.packets === 1 ? "1 packet" : `${sensor.packets} packets`) }
  if (sensor.malformed) { words.push(`${sensor.malformed} malformed`) }
  for (const [name, rate] of Object.entries(sensor.rates)) {
    if (rate !== null) { words.push(`${name === "ecg" ? "ECG" : name} ${rate} Hz`) }
  }
  if (sensor.loss !== null) { words.push(`${sensor.loss} % lost`) }
  if (sensor.adapter) { words.push(`over ${sensor.adapter}`) }
  return words.join(" · ")
}

function make_card(page) {
  const card = make("li", "card", "", {draggable: "true"})
  const grip = make("span", "grip", "⠿", {"aria-hidden": "true", title: "Drag to an athlete"})
  const title = make("h3"), kind = make("span", "kind"), state = make("span", "state")
  const signal = signal_bars(), battery = battery_mark()
  const value = make("output", "value"), counters = make("span", "counters"), why = make("span", "why")
  const owner = make("select", "owner")
  const rename = press("Rename", () => page.ask_label(card.sensor))
  const forget = press("Forget", () => page.give(card.sensor, ""))
  const wish = make("label", "wish", " RR intervals"), rr = make("input", "", "", {type: "checkbox"})
  wish.prepend(rr)
  wish.title = "Connect for beat-to-beat intervals even where the squad is followed without links"
  const signals = ["ecg", "acceleration"].map((name) => {
    const label = make("label", "wish", name === "ecg" ? " ECG" : " Acceleration"), box = make("input", "", "", {type: "checkbox"})
    label.prepend(box)
    box.addEventListener("change", () => page.pair(card.sensor, {streams: box.checked
      ? [...card.sensor.streams, name] : card.sensor.streams.filter((other) => other !== name)}))
    return {name, label, box}
  })
  const names = make("div", "names"), facts = make("div", "facts"), acts = make("div", "acts")
  names.append(title, kind)
  facts.append(state, signal, battery, counters, why)
  acts.append(owner, wish, ...signals.map(({label}) => label), rename, forget)
  card.append(grip, names, value, facts, acts)

  owner.addEventListener("change", () => {
    if (owner.value === NEW_ATHLETE) { owner.value = card.sensor.athlete; page.ask_name(card.sensor) }
    else { page.give(card.sensor, owner.value) }
  })
  // An arrow opens the list, as a click does: on a closed one it would give the sensor to each in turn.
  owner.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !owner.showPicker) { return }
    event.preventDefault()
    owner.showPicker()
  })
  rr.addEventListener("change", () => page.pair(card.sensor, {wants_rr: rr.checked}))
  card.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", card.sensor.address)
    event.dataTransfer.effectAllowed = "move"
    page.root.classList.add("dragging")
  })
  card.addEventListener("dragend", () => page.root.classList.remove("dragging"))

  card.show = (sensor, athletes) => {
    const given = card.sensor?.athlete !== sensor.athlete
    card.sensor = sensor
    const called = sensor.name || sensor.address
    const ours = Boolean(sensor.athlete), old = sensor.age === null || sensor.age > OLD_S
    say(title, called)
    mark(title, "title", sensor.address)
    say(kind, sensor.kind || "unknown kind")
    mark(card, "data-state", ours ? sensor.state : "")
    say(state, state_words(sensor))
    signal.show(sensor.rssi)
    battery.show(sensor.battery)
    say(value, sensor.value || NOTHING)
    value.classList.toggle("old", old)
    mark(value, "title", sensor.value && old ? ago(sensor.age) : "")
    say(counters, counted(sensor))
    counters.classList.toggle("bad", sensor.malformed > 0)
    const told_above = sensor.state === "no adapter"
    say(why, ours && !told_above ? sensor.detail : "")
    // An open list must not change under a finger, but a new owner is told also where the focus is.
    if (page.focused !== owner || given || owner.selectedIndex < 0) {
      const all = athletes.map(({id, name}) => [id, name])
      offer(owner, [["", "Nobody"], ...all, [NEW_ATHLETE, "New athlete…"]], sensor.athlete)
    }
    mark(owner, "aria-label", `Athlete of ${called}`)
    mark(rename, "aria-label", `Rename ${called}`)
    mark(forget, "aria-label", `Forget ${called}`)
    rr.checked = sensor.wants_rr
    for (const {name, label, box} of signals) {
      box.checked = sensor.streams.includes(name)
      label.hidden = !ours || !(sensor.can_stream || box.checked)
    }
    wish.hidden = !ours || !sensor.kind.includes("heart rate")
    rename.hidden = forget.hidden = !ours
  }
  return card
}
