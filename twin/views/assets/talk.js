// Push to talk: while it is held the browser listens, then what was said is asked as if typed. Only
// where it understands speech on this machine; elsewhere what is said would go to its maker.

const TALK_ERRORS = {
  "not-allowed": "The microphone is not allowed for this page.",
  "audio-capture": "No microphone was found.",
  "no-speech": "Nothing was heard.",
}
const LISTENING = "Listening …"
const NO_TALK = "This browser does not understand speech on this machine. Type instead."

// Whether speech is understood here: {able, words, get}; `get` fetches what is missing.
async function hearing() {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition
  if (!isSecureContext) { return {words: "Browsers give the microphone only to https pages. Type instead."} }
  if (!Recognition) { return {words: "This browser does not understand speech. Type instead."} }
  if (!Recognition.available) { return {words: "This browser would send what you say to its maker. Type instead."} }
  const wanted = {langs: [LANGUAGE], processLocally: true}
  let state
  try { state = await Recognition.available(wanted) } catch { state = "unavailable" }
  if (state === "available") { return {able: true, words: "Hold the button, or V, and ask. What you say stays on this machine."} }
  if (state === "unavailable") { return {words: NO_TALK} }
  return {words: "Speech is understood here once its words are fetched from the browser's maker; what you say stays here.",
    get: () => Recognition.install(wanted)}
}

// A button and its words; `heard(text, last)` gets what was said so far.
function make_talk(model, heard) {
  const box = make("div", "row talk"), words = make("span", "hint", "", {role: "status"})
  const button = press("Hold to talk", () => {}, "hold", {"aria-pressed": "false"})
  const fetch_it = press("Fetch speech", async () => {
    say(words, "Fetching …")
    if (await recent.get().catch(() => false)) { await look() } else { say(words, NO_TALK) }
  })
  let recent = {}, listening = null
  const look = async () => {
    recent = await hearing()
    say(words, recent.words)
    button.hidden = !recent.able
    fetch_it.hidden = !recent.get
  }
  const finish = () => {
    const ended = listening
    listening = null
    ended?.stop()
    button.setAttribute("aria-pressed", "false")
  }
  const begin = () => {
    if (listening || !recent.able) { return }
    const recognition = new (window.SpeechRecognition ?? window.webkitSpeechRecognition)()
    let text = ""
    Object.assign(recognition, {lang: LANGUAGE, processLocally: true, interimResults: true, continuous: true})
    recognition.onresult = ({results}) => { text = [...results].map(([best]) => best.transcript).join(" ").trim(); heard(text, false) }
    recognition.onerror = ({error}) => say(words, TALK_ERRORS[error] ?? NO_TALK)
    recognition.onend = () => {
      finish()
      if (words.textContent === LISTENING) { say(words, recent.words) }
      if (text) { heard(text, true) }
    }
    listening = recognition
    button.setAttribute("aria-pressed", "true")
    say(words, LISTENING)
    window.speechSynthesis?.cancel()
    recognition.start()
  }
  button.addEventListener("pointerdown", (event) => { button.setPointerCapture(event.pointerId); begin() })
  for (const name of ["pointerup", "pointercancel", "blur"]) { button.addEventListener(name, finish) }
  button.addEventListener("keydown", (event) => { if ([" ", "Enter"].includes(event.key)) { event.preventDefault(); begin() } })
  const released = (event) => { if ([" ", "Enter", "v", "V"].includes(event.key)) { finish() } }
  document.addEventListener("keyup", released)
  on_keys(model, {v: begin})
  model.on("remove", () => { document.removeEventListener("keyup", released); finish() })
  box.append(button, fetch_it, words)
  button.hidden = fetch_it.hidden = true
  look()
  return box
}
