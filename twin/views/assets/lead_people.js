// The athletes of a session that is led: before it a tick for who trains, then cues, laps, in and out.

class Person {
  constructor(who, send) {
    this.line = make("li", "person", "", {"data-id": who.id})
    this.tick = make("input", "tick", "", {type: "checkbox"})
    this.tick.checked = true
    this.name = make("span", "name")
    this.value = make("span", "value")
    this.cue = make("span", "cue")
    this.lap = press("Lap", () => send("lap", {athletes: [who.id]}))
    this.move = press("", () => send(this.on ? "out" : "in", {athletes: [who.id]}))
    this.words = make("label", "words")
    this.words.append(this.tick, this.name)
    this.line.append(this.words, this.value, this.cue, this.lap, this.move)
  }

  show(who, now) {
    const led = now.state === "runs" || now.state === "paused"
    this.on = who.on
    say(this.name, who.name)
    mark(this.tick, "aria-label", `${who.name} trains`)
    mark(this.lap, "aria-label", `Lap for ${who.name}`)
    this.line.className = `person ${who.on ? "on" : "away"} ${who.cue}`
    this.tick.hidden = led
    this.lap.hidden = this.move.hidden = !led
    this.lap.disabled = !who.on
    const asked = who.asked == null ? "" : ` / ${told_value(who.asked, now.unit)}`
    say(this.value, `${told_value(who.value, now.unit)}${asked} ${told_unit(now.unit)}`)
    say(this.cue, this.told(who, now, led))
    say(this.move, who.on ? "Out" : "In")
    mark(this.move, "aria-label", who.on ? `Take ${who.name} out` : `Take ${who.name} in`)
  }

  told(who, now, led) {
    if (who.value != null && led && !who.on) { return who.off ? "out" : "not in yet" }
    return told_cue(who, now.state)
  }
}

class People {
  constructor(send) {
    this.send = send
    this.list = make("ul", "who", "", {"aria-label": "Athletes"})
    this.persons = new Map()
  }

  picked() { return [...this.persons].filter(([, one]) => one.tick.checked).map(([id]) => id) }

  pick(athletes) { for (const [id, one] of this.persons) { one.tick.checked = athletes.includes(id) } }

  running() { return [...this.persons].filter(([, one]) => one.on).map(([id]) => id) }

  show(now) {
    for (const who of now.athletes) {
      if (!this.persons.has(who.id)) {
        const one = new Person(who, this.send)
        this.persons.set(who.id, one)
        this.list.append(one.line)
      }
      this.persons.get(who.id).show(who, now)
    }
  }
}
