// Words aloud, by a voice of this machine: others send the words to their maker.

const LANGUAGE = "en-US"

function voices() { return window.speechSynthesis?.getVoices?.() ?? [] }
function own_voice() {
  const own = voices().filter((voice) => voice.localService)
  return own.find((voice) => voice.lang.startsWith("en")) ?? own[0] ?? null
}

// Why nothing can be said here; empty where it can. A list of voices that is still empty may fill.
function mute_words() {
  if (!window.speechSynthesis) { return "This browser has no voice." }
  return voices().length && !own_voice() ? "This browser has only voices that send the words to their maker." : ""
}

function speak(text, rate = 1, after = null) {
  const words = new SpeechSynthesisUtterance(spoken_words(text))
  Object.assign(words, {rate, lang: own_voice()?.lang ?? LANGUAGE, onend: after})
  if (own_voice()) { words.voice = own_voice() }
  if (!mute_words()) { window.speechSynthesis.speak(words) }
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
    speak(alert.text, 1 + 0.5 * Math.min(1, Math.max(0, (alert.effort - 0.6) / 0.4)), next)
  }
  return {
    say: (alert) => { waiting.push(alert); next() },
    off: () => { waiting = []; clearTimeout(timer); synth?.cancel() },
  }
}
