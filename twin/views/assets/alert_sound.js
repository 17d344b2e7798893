// Alerts to the ear. Browsers let a page sound only after a touch on it, so both are switched on by
// hand. While sound is on the screen is asked to stay on, and a tone nobody hears keeps the page
// running behind others; a phone that locks its screen may still stop it: use the webhook there.

const TONES = {1: [[660, 0.12]], 2: [[740, 0.16], [740, 0.16]], 3: [[880, 0.2], [660, 0.2], [880, 0.3]]}

function make_sound() {
  let context = null, keep = null, lock = null
  const stay_awake = async () => {
    try { lock = await navigator.wakeLock?.request("screen") } catch { lock = null }
  }
  const again = () => { if (context && document.visibilityState === "visible") { stay_awake() } }
  document.addEventListener("visibilitychange", again)
  const beep = (priority) => {
    if (!context) { return }
    let at = context.currentTime
    for (const [frequency, length] of TONES[priority] ?? TONES[1]) {
      const tone = new OscillatorNode(context, {frequency})
      const loudness = new GainNode(context, {gain: 0})
      tone.connect(loudness).connect(context.destination)
      loudness.gain.setValueAtTime(0.5, at)
      loudness.gain.exponentialRampToValueAtTime(0.001, at + length)
      tone.start(at)
      tone.stop(at + length)
      at += length + 0.06
    }
  }
  return {
    beep,
    on: async () => {
      context ??= new AudioContext()
      await context.resume()
      keep ??= new OscillatorNode(context, {frequency: 30})
      if (!keep.begun) {
        keep.connect(new GainNode(context, {gain: 0.0001})).connect(context.destination)
        keep.start()
        keep.begun = true
      }
      stay_awake()
      return context.state === "running"
    },
    off: () => {
      context?.close()
      lock?.release()
      context = keep = lock = null
    },
    destroy: () => { document.removeEventListener("visibilitychange", again); context?.close(); lock?.release() },
  }
}

// How to say it: words for units, a little faster the harder the athlete works.
function spoken_words(text) {
  return text.replace(/ bpm/g, "").replace(/%/g, "percent").replace(/ W\b/g, " watts").replace(/:/, ",")
}

// One voice, the loudest first. An alarm interrupts; others keep a distance that shrinks with effort,
// 20 s at an easy pace, 6 s near the maximum, and are left out when the alert is over before its turn.
function make_voice(stands) {
  const synth = window.speechSynthesis
  let waiting = [], last_s = -Infinity, timer = null
  const room_s = (effort) => 20 - 14 * Math.min(1, Math.max(0, (effort - 0.6) / 0.4))
  const next = () => {
    clearTimeout(timer)
    waiting = waiting.filter((alert) => stands(alert.id))
    waiting.sort((a, b) => b.priority - a.priority)
    const alert = waiting[0]
    if (!alert) { return }
    const wait_s = alert.priority >= 3 ? 0 : last_s + room_s(alert.effort) - performance.now() / 1000
    if (wait_s > 0 || (synth.speaking && alert.priority < 3)) {
      timer = setTimeout(next, Math.max(500, wait_s * 1000))
      return
    }
    waiting.shift()
    last_s = performance.now() / 1000
    if (alert.priority >= 3) { synth.cancel() }
    const words = new SpeechSynthesisUtterance(spoken_words(alert.text))
    words.rate = 1 + 0.5 * Math.min(1, Math.max(0, (alert.effort - 0.6) / 0.4))
    words.lang = "en"
    words.onend = next
    synth.speak(words)
  }
  return {
    able: Boolean(synth),
    say: (alert) => { waiting.push(alert); next() },
    off: () => { waiting = []; clearTimeout(timer); synth?.cancel() },
  }
}
