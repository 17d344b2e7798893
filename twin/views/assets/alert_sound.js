// Alerts to the ear. Browsers let a page sound only after a touch on it, so both are switched on by
// hand. While sound is on the screen is asked to stay on, and a tone nobody hears keeps the page
// running behind others; a phone that locks its screen may still stop it: use the webhook there.

const TONES = {1: [[660, 0.12]], 2: [[740, 0.16], [740, 0.16]], 3: [[880, 0.2], [660, 0.2], [880, 0.3]]}

// What becomes of the screen, and so of the sound.
function awake_words(awake) {
  if (awake) { return "The screen stays on while this page is in front." }
  const why = isSecureContext ? "This browser lets the screen go off" : "Without https a browser lets the screen go off"
  return `${why}; a dark phone may fall silent. Use the webhook there.`
}

// `on` gives words on the screen where it sounds, null where it cannot.
function make_sound() {
  let context = null, keep = null, lock = null
  const stay_awake = async () => {
    try { lock = await navigator.wakeLock?.request("screen") } catch { lock = null }
    return Boolean(lock)
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
      return context.state === "running" ? awake_words(await stay_awake()) : null
    },
    off: () => {
      context?.close()
      lock?.release()
      context = keep = lock = null
    },
    destroy: () => { document.removeEventListener("visibilitychange", again); context?.close(); lock?.release() },
  }
}
