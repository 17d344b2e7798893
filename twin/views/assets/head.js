// Head of every page: where to go, what is recorded, whether the connection stands.

const MARK = '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M5 18h4l3-9 5 15 4-11 2 5h4" fill="none" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round"/></svg>'

function chip(kind, parent, tag = "span") {
  const el = document.createElement(tag)
  el.className = `chip ${kind}`
  el.innerHTML = '<i class="dot" aria-hidden="true"></i><span></span>'
  parent.append(el)
  el.say = (text, long = "") => {
    el.lastChild.textContent = text
    if (long) {
      const more = document.createElement("span")
      more.className = "long"
      more.textContent = long
      el.lastChild.append(more)
    }
  }
  return el
}

function page_model(view) {
  return view.model.document.roots().find((root) => root.data?.properties?.dark_theme != null)
}

// The choice of light or dark, or else what the browser prefers, lives in a cookie, so that the
// server draws the next page right.
function remember_theme(view) {
  const page = page_model(view)
  if (!page) { return }
  if (!document.cookie.includes("twin_theme=")) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
    document.cookie = `twin_scheme=${dark ? "dark" : "light"}; path=/; samesite=lax`
    page.data.dark_theme = dark
  }
  page.data.properties.dark_theme.change.connect(() => {
    const word = page.data.dark_theme ? "dark" : "light"
    document.cookie = `twin_theme=${word}; path=/; max-age=31536000; samesite=lax`
  })
  if (innerWidth >= 1200 && page.data.sidebar?.length) { page.data.sidebar_open = true }
}

// Panel brings the same session back after a short loss. Where the server itself has been
// restarted the session is gone: then the page loads anew, with its state from the address.
function watch_connection(view, lost) {
  const probe = new URL("static/js/bokeh.min.js", document.baseURI)
  let timer = null
  const stop = () => { clearInterval(timer); timer = null; lost.hidden = true }
  view.model.document.on_event("connection_lost", () => {
    lost.hidden = false
    if (timer !== null) { return }
    let answers = 0
    timer = setInterval(async () => {
      try {
        const answer = await fetch(probe, {method: "HEAD", cache: "no-store"})
        answers = answer.ok ? answers + 1 : 0
      } catch { answers = 0 }
      if (answers >= 4 && timer !== null) { location.reload() }
    }, 2000)
  })
  view.model.document.on_event("client_reconnected", stop)
  return stop
}

function source_words(source) {
  const played = source.position === null ? "" : ` ${source.position} %`
  const speed = source.speed === 1 ? "" : ` ×${source.speed}`
  return [source.state, `: ${source.name}${played}${speed}`]
}

export function render({model, view}) {
  const head = document.createElement("div")
  head.className = "headline"
  head.innerHTML = `${MARK}<h1></h1><nav aria-label="Pages"></nav><span class="space"></span>`
  head.prepend(skip_link())
  const nav = head.querySelector("nav")
  for (const [path, words] of model.links) {
    const link = document.createElement("a")
    link.href = path
    link.textContent = words
    if (path === model.active) {
      link.setAttribute("aria-current", "page")
      head.querySelector("h1").textContent = words
    }
    nav.append(link)
  }
  const lost = chip("lost", head)
  lost.setAttribute("role", "alert")
  lost.hidden = true
  lost.say("Reconnecting…")
  const source = chip("source", head, "button")
  source.type = "button"
  const player = make_player(source, (name, changes) => model.send_msg({source: name, changes}))
  head.append(player)
  const recording = chip("recording", head)
  recording.setAttribute("role", "status")
  const shortcuts = shortcuts_dialog(model.keys)
  const help = () => shortcuts.showModal()
  head.append(press("?", help, "help", {"aria-label": "Keys", title: "Keys of this page"}), shortcuts)
  on_keys(model, {"?": help}, ["?"])

  const draw = () => {
    const status = JSON.parse(model.status)
    const worst = status.sources[status.told]
    source.hidden = !worst
    player.show(status.sources)
    if (worst) {
      source.className = `chip source ${worst.state}`
      source.say(...source_words(worst))
      source.title = status.sources.map((s) => `${s.name}: ${s.state} ${s.detail}`).join("\n")
    }
    const some = status.recording > 0
    recording.className = some ? "chip recording" : "chip"
    recording.say(some ? "REC" : "Not recording", some ? ` ${status.recording} of ${status.athletes}` : "")
  }
  model.on("status", draw)
  draw()
  model.on("after_layout", () => nav.querySelector("[aria-current]")?.scrollIntoView({block: "nearest", inline: "nearest"}))
  remember_theme(view)
  model.on("remove", watch_connection(view, lost))
  return head
}
