// Alerts under the head of every page: what, since when, who has seen it; the same on all pages.

const WORD = {1: "Note", 2: "Warning", 3: "Alarm"}
const MARK = {1: "i", 2: "!", 3: "!!"}

const since = (iso) => new Date(iso).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", second: "2-digit"})

export function render({model}) {
  const bar = make("section", "alertbar", "", {"aria-label": "Alerts"})
  const list = make("ul", "alerts")
  const told = make("p", "told", "", {role: "alert"})  // read at once by a screen reader
  const calm = make("p", "calm", "No alerts")
  const muted = make("p", "muted")
  const tools = make("div", "tools")
  const failed = make("p", "failed", "", {role: "status"})
  const hint = make("p", "hint", "", {role: "status"}), hints = {}
  bar.append(told, list, calm, muted, tools, failed, hint)

  let expanded = false
  let nameless = false // somebody wants to act who has not said who it is
  const more = press("", () => { expanded = !expanded; draw() })
  let now = {alerts: [], mutes: []}
  const known = new Set()
  const sound = make_sound()
  const voice = make_voice((id) => now.alerts.some((a) => a.id === id && a.state === "active"))

  const who = make("input", "who", "", {"aria-label": "Your name", placeholder: "Your name", maxlength: 40})
  who.value = remembered("twin_name")
  who.addEventListener("change", () => remember("twin_name", who.value.trim()))
  const send = (words) => {
    const name = who.value.trim()
    if (!name) { nameless = true; draw(); failed.textContent = "Type your name first, so that others know who has seen it."; who.focus(); return }
    remember("twin_name", name)
    failed.textContent = ""
    model.send_msg({...words, name})
  }
  model.on("msg:custom", (data) => { failed.textContent = data?.error ?? "" })

  const toggle = (key, words, title, act) => {
    const button = make("button", "toggle", words, {type: "button", "aria-pressed": "false", title})
    const set = async (on) => {
      const {able = true, told = ""} = await act(on) ?? {}
      button.setAttribute("aria-pressed", String(on && able))
      remember(key, on ? "1" : "")
      failed.textContent = on && !able ? told || `${words} is not possible in this browser.` : ""
      say(hints[key] ??= hint.appendChild(make("span")), on && able ? told : "")
    }
    button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"))
    button.is_on = () => button.getAttribute("aria-pressed") === "true"
    tools.append(button)
    return button
  }
  const sounding = toggle("twin_sound", "Sound",
    "A tone for each alert, and the screen stays on. A phone with a locked screen may fall silent: use the webhook there.",
    async (on) => {
      const told = on ? await sound.on() : sound.off()
      return {able: told !== null, told}
    })
  const speaking = toggle("twin_voice", "Voice", "The browser's own voice says each alert; nothing leaves this device.",
    (on) => { if (!on) { voice.off() } return {able: !mute_words(), told: mute_words()} })
  tools.append(who, more)
  const wanted = [sounding, speaking].filter((_, i) => remembered(["twin_sound", "twin_voice"][i]))
  if (wanted.length) {  // browsers wait for a touch; the first one anywhere on the page will do
    const begin = () => wanted.forEach((button) => { if (!button.is_on()) { button.click() } })
    document.addEventListener("pointerdown", begin, {once: true})
    model.on("remove", () => document.removeEventListener("pointerdown", begin))
  }

  const line_of = (alert) => {
    const line = make("li", `alert p${alert.priority} ${alert.state}`, "", {"data-id": alert.id})
    line.append(make("span", "mark", MARK[alert.priority], {"aria-hidden": "true"}))
    const words = make("span", "words")
    words.append(make("b", "", `${alert.state === "suppressed" ? "Held back" : WORD[alert.priority]}: `), alert.text)
    words.append(make("small", "", `told at ${since(alert.time)}${alert.by ? ` · seen by ${alert.by}${alert.note ? `: ${alert.note}` : ""}` : ""}`))
    line.append(words)
    if (alert.state === "active") {
      const note = make("input", "note", "", {"aria-label": "Note", placeholder: "Note", maxlength: 200})
      const seen = press("Acknowledge", () => send({command: "acknowledge", alert: alert.id, note: note.value}), "main", {"aria-label": `Acknowledge: ${alert.text}`})
      note.addEventListener("keydown", (event) => { if (event.key === "Enter") { seen.click() } })
      line.append(note, seen)
    }
    if (alert.state !== "suppressed") {
      const mute = () => send({command: "mute", athlete: alert.athlete, rule: alert.rule, minutes: 5})
      line.append(press("Mute 5 min", mute, "", {"aria-label": `Mute 5 min: ${alert.text}`, title: "This rule for this athlete, on every page"}))
    }
    return line
  }

  const hear = (alert) => {
    if (known.has(alert.id + alert.priority)) { return }
    known.add(alert.id + alert.priority)
    if (alert.state !== "active") { return }
    told.textContent = alert.text
    bar.dataset.last = alert.text
    if (sounding.is_on()) { sound.beep(alert.priority) }
    if (speaking.is_on() && alert.spoken) { voice.say(alert) }
  }

  const draw = () => {
    // The page below is what the coach came for: of its own accord the bar shows what presses most.
    const whole = model.tools || expanded
    const shown = now.alerts.filter((alert) => whole || alert.state === "active" && alert.priority > 1)
    const most = whole ? 50 : 1, phone = innerWidth < 700
    keeping_focus(list, () => list.replaceChildren(...shown.slice(0, most).map(line_of)))
    const rest = now.alerts.length - Math.min(most, shown.length)
    more.hidden = model.tools
    const others = shown.length ? "more" : rest === 1 ? "quiet alert" : "quiet alerts"
    calm.hidden = whole || shown.length > 0
    say(calm, now.alerts.length ? "Nothing urgent" : "No alerts")
    muted.hidden = !whole
    const quiet = now.mutes.length ? `${now.mutes.length} muted` : "Sound, voice, name"
    const words = expanded ? "Show fewer" : rest ? `Show ${rest} ${others}` : quiet
    mark(more, "aria-label", words)
    say(more, !phone || !shown.length || expanded ? words : rest ? `+${rest}` : "⋯")
    bar.classList.toggle("whole", whole || nameless)
    bar.classList.toggle("quiet", !whole && shown.length === 0)
    more.setAttribute("aria-expanded", String(expanded))
    muted.replaceChildren(...now.mutes.map((mute) => {
      const words = make("span", "", `Muted until ${since(mute.until)}: ${mute.athlete || "everybody"}${mute.rule ? `, ${mute.rule}` : ""} (${mute.name}) `)
      words.append(press("End", () => send({command: "mute", athlete: mute.id, rule: mute.rule, minutes: 0})))
      return words
    }))
    bar.classList.toggle("some", now.alerts.length + now.mutes.length > 0)
    now.alerts.toReversed().forEach(hear)
  }
  // The loudest first, of those the newest: as the server sends all that stands.
  const loudness = (a, b) => (a.state !== "active") - (b.state !== "active") || b.priority - a.priority ||
    Date.parse(b.time) - Date.parse(a.time)
  let number = 0
  model.on("alerts", () => { now = JSON.parse(model.alerts); number = model.news ? JSON.parse(model.news).n : 0; draw() })
  model.on("news", () => {
    const {n, alerts, gone, mutes} = JSON.parse(model.news)
    if (n !== number + 1) { model.send_msg({command: "whole"}); return }
    number = n
    const old = now.alerts.filter(({id}) => !gone.includes(id) && !alerts.some((alert) => alert.id === id))
    now = {alerts: [...old, ...alerts].sort(loudness), mutes}
    draw()
  })
  model.on("remove", () => { sound.destroy(); voice.off() })
  on_keys(model, {a: () => (list.querySelector("button.main") ?? more).focus()})
  now = JSON.parse(model.alerts)
  if (model.news) { model.send_msg({command: "whole"}) }  // drawn again: it may have missed something
  now.alerts.forEach((alert) => known.add(alert.id + alert.priority))  // what stood before is not told again
  draw()
  return bar
}
