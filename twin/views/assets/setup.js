// The setup page: the sensors of nobody, those of the squad, and the athletes to give them to.

class SetupPage {
  constructor(model, view) {
    this.model = model
    this.view = view
    this.cards = new Map()
    this.root = make("div", "squad setup", "", {tabindex: "0", role: "region", "aria-label": "Sensors and athletes"})
    this.notice = make("div", "notice", "", {role: "status"})
    this.failed = make("p", "failed", "", {role: "alert"})
    this.free = this.section("In the air", "Give each to an athlete: choose one, or drag it.")
    this.ours = this.section("Sensors of the squad", "")
    this.people = make("section", "people", "", {"aria-label": "Athletes"})
    this.seats = make("ul", "seats")
    this.people.append(make("h2", "", "Athletes"), make("p", "hint", "Drop a sensor on its athlete."), this.seats)
    const lists = make("div", "lists")
    lists.append(this.free.box, this.ours.box)
    const body = make("div", "rooms")
    body.append(lists, this.people)
    this.root.append(this.notice, this.failed, body)
  }

  section(title, hint) {
    const box = make("section", "", "", {"aria-label": title})
    const head = make("h2", "", title), count = make("span", "count"), list = make("ul", "cards")
    head.append(count)
    const words = make("p", "hint", hint)
    box.append(head, words, list)
    return {box, count, list, words}
  }

  start() {
    for (const name of ["athletes", "radio", "sensors"]) { this.model.on(name, () => this.soon()) }
    this.model.on("msg:custom", (message) => this.answer(message))
    this.draw()
  }

  // Several parameters change in one message: drawn once.
  soon() {
    if (this.due) { return }
    this.due = true
    queueMicrotask(() => { this.due = false; this.draw() })
  }

  get focused() { return this.view.shadow_el?.activeElement ?? null }

  draw() {
    const athletes = JSON.parse(this.model.athletes), sensors = JSON.parse(this.model.sensors)
    const radio = JSON.parse(this.model.radio)
    this.known = {athletes, sensors}
    const held = this.focused, card = held?.closest(".card")
    this.tell(radio)
    this.fill(this.free, sensors.filter((s) => !s.athlete), athletes)
    this.fill(this.ours, sensors.filter((s) => s.athlete), athletes)
    this.free.box.hidden = radio.state !== "ready"
    this.ours.box.hidden = !sensors.some((s) => s.athlete)
    say(this.free.words, this.free.list.children.length
      ? "Give each to an athlete: choose one, or drag it."
      : "No sensor without an owner is heard. Straps send only while worn, with moist electrodes.")
    this.seat(radio.state === "ready" ? athletes : [], sensors)
    const heard = new Set(sensors.map((s) => s.address))
    for (const [address, one] of this.cards) {
      if (!heard.has(address)) { one.remove(); this.cards.delete(address) }
    }
    if (card && this.focused !== held) { this.keep_focus(held, card) }
  }

  // Who works by keyboard stays with the sensor where it moves to the other list, or loses its buttons.
  keep_focus(held, card) {
    const next = card.isConnected ? card.querySelector("select") : this.root.querySelector(".card select") ?? this.root
    const there = held.isConnected && held.checkVisibility()
    ;(there ? held : next).focus()
  }

  // What to do where no sensor can be heard.
  tell(radio) {
    this.notice.hidden = radio.state === "ready"
    mark(this.notice, "data-state", radio.state ?? "")
    const typed = (lines = []) => lines.map((words) => make("code", "", words))
    renew(this.notice, radio, () => [make("h2", "", radio.title ?? "Waiting for the hub…"),
      make("p", "", radio.words ?? ""), ...typed(radio.commands),
      ...(radio.else ? [make("p", "", radio.else), ...typed(radio.examples)] : [])])
  }

  fill({list, count}, sensors, athletes) {
    const wanted = sensors.map((sensor) => {
      const card = this.cards.get(sensor.address) ?? make_card(this)
      this.cards.set(sensor.address, card)
      card.show(sensor, athletes)
      return card
    })
    if (wanted.length !== list.children.length || wanted.some((card, i) => card !== list.children[i])) {
      list.replaceChildren(...wanted)
    }
    say(count, sensors.length ? ` ${sensors.length}` : "")
  }

  seat(athletes, sensors) {
    this.people.hidden = !athletes.length
    const whose = sensors.map((s) => [s.address, s.athlete, s.name, s.kind])
    renew(this.seats, [athletes, whose], () => athletes.map(({id, name}) => {
      const seat = make("li", "seat")
      const own = sensors.filter((s) => s.athlete === id).map((s) => s.kind || s.name).join(", ")
      seat.append(make("b", "", name), make("span", "", own || "no sensor"))
      this.take_drops(seat, id)
      return seat
    }))
  }

  take_drops(seat, athlete) {
    seat.addEventListener("dragover", (event) => { event.preventDefault(); seat.classList.add("over") })
    seat.addEventListener("dragleave", () => seat.classList.remove("over"))
    seat.addEventListener("drop", (event) => {
      event.preventDefault()
      seat.classList.remove("over")
      const card = this.cards.get(event.dataTransfer.getData("text/plain"))
      if (card) { this.give(card.sensor, athlete) }
    })
  }

  give(sensor, athlete) {
    if (athlete) { this.pair(sensor, {athlete}) } else { this.command("forget", {address: sensor.address}) }
  }

  // What is not changed is sent as it is; the name only where it is the user's or the sensor's own.
  pair({address, athlete, name, wants_rr, streams}, changes, dialog = null) {
    this.command("pair", {address, athlete, name, wants_rr, streams, ...changes}, dialog)
  }

  ask_name(sensor) {
    const dialog = make_dialog("New athlete")
    const name = dialog.add("Name", make("input", "", "", {type: "text", required: "", maxlength: 60, name: "athlete"}))
    dialog.button("Add", () => this.pair(sensor, {athlete: name.value}, dialog))
    this.show_dialog(dialog)
  }

  ask_label(sensor) {
    const dialog = make_dialog("Rename the sensor")
    const name = dialog.add("Name", make("input", "", "", {type: "text", maxlength: 60, name: "sensor"}),
      "empty for the name it gives itself")
    name.value = sensor.name
    dialog.button("Save", () => this.pair(sensor, {name: name.value}, dialog))
    this.show_dialog(dialog)
  }

  show_dialog(dialog) {
    this.root.append(dialog)
    dialog.showModal()
    dialog.querySelector("input").select() // what is typed takes the place of the old name
  }

  command(command, words, dialog = null) {
    this.dialog = dialog
    this.model.send_msg({command, ...words})
  }

  answer({error}) {
    if (error && this.dialog) { this.dialog.fail(error) } else { say(this.failed, error) }
    if (!error) { this.dialog?.close() }
    if (error) { this.draw() }
  }
}

export function render({model, view}) {
  const page = new SetupPage(model, view)
  page.start()
  return page.root
}
