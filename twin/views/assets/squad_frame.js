// The squad's frame, as twin/state/squad_frame.py packs it: a head of 12 bytes, 24 an athlete.

const HEAD_BYTES = 12
const ROW_BYTES = 24
const VERSION = 2
const STALE_AFTER_S = 8
const LIMIT_STEP_S = 10, LIMIT_UNKNOWN = 31
const TREND_STEP_MS = 2000
const TREND_STEPS = 150
const TREND_SCALES = {rate: 1, speed: 0.1, power: 8} // bpm, m/s, W of one step; in this order on the wire
const NO_RATE = 255
const BETWEEN = 254 // a step no frame fell into, between two that were live: a fast replay
const RECORDING = 16, OLD_POSITION = 32, OLD_SPEED = 64, OLD_POWER = 128
const NOT_MEASURED = 1, STALE = 2
const REASONS = ["", "no signal", "stale", "out of range", "spike", "frozen", "poor position",
  "duplicate", "out of order"]

function known(value, missing, scale = 1) { return value === missing ? NaN : value / scale }

// Time until expected heart rate reaches the limit; Infinity: not in the next five minutes. [s]
function unpack_limit(steps) {
  return steps === LIMIT_UNKNOWN ? NaN : steps ? steps * LIMIT_STEP_S : Infinity
}

function unpack_row(data, at) {
  const state = data.getUint8(at + 23)
  const reason = state & 15
  return {
    latitude: state & OLD_POSITION ? NaN : known(data.getInt32(at, true), -2147483648, 1e7),
    longitude: state & OLD_POSITION ? NaN : known(data.getInt32(at + 4, true), -2147483648, 1e7),
    distance: known(data.getUint32(at + 8, true), 4294967295, 10),
    speed: state & OLD_SPEED ? NaN : known(data.getUint16(at + 12, true), 65535, 100),
    power: state & OLD_POWER ? NaN : known(data.getUint16(at + 14, true), 65535),
    load: known(data.getUint16(at + 16, true), 65535, 10),
    age: known(data.getUint16(at + 18, true), 65535, 10),
    rate: known(data.getUint8(at + 20), NO_RATE),
    zone: data.getUint8(at + 21) & 7,
    limit_in: unpack_limit(data.getUint8(at + 21) >> 3),
    quality: known(data.getUint8(at + 22), 255, 254),
    reason,
    recording: (state & RECORDING) !== 0,
  }
}

// null where there is no frame yet, or one of another version than this script.
function unpack_frame(buffer) {
  if (!buffer || buffer.byteLength < HEAD_BYTES) { return null }
  const data = new DataView(buffer)
  if (data.getUint8(10) !== VERSION) { return null }
  const rows = []
  for (let i = 0; i < data.getUint16(8, true); i++) {
    rows.push(unpack_row(data, HEAD_BYTES + i * ROW_BYTES))
  }
  return {time: data.getFloat64(0, true), rows}
}

// Bytes come from Bokeh as an ArrayBuffer, or as a view on one.
function buffer_of(value) {
  if (value instanceof ArrayBuffer) { return value }
  if (ArrayBuffer.isView(value)) {
    return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)
  }
  return value?.buffer instanceof ArrayBuffer ? value.buffer : new ArrayBuffer(0)
}

// One value of the last five minutes of one athlete: a byte per two seconds.
class Trend {
  constructor(seed, end) {
    this.rates = new Uint8Array(TREND_STEPS).fill(NO_RATE)
    if (seed) { this.rates.set(seed) }
    this.last = Math.floor(end / TREND_STEP_MS)
    this.version = 0 // counts changes, so that a picture of it is drawn anew only after one
  }

  add(time, rate) {
    const step = Math.floor(time / TREND_STEP_MS)
    const shift = Math.min(TREND_STEPS, step - this.last)
    if (shift < 0) { this.rates.fill(NO_RATE) }
    if (shift > 0) {
      const joined = !Number.isNaN(rate) && this.rates[TREND_STEPS - 1] < BETWEEN
      this.rates.copyWithin(0, shift)
      this.rates.fill(joined ? BETWEEN : NO_RATE, TREND_STEPS - shift)
    }
    this.last = step
    const newest = this.rates[TREND_STEPS - 1]
    if (!Number.isNaN(rate)) { this.rates[TREND_STEPS - 1] = rate }
    if (shift || this.rates[TREND_STEPS - 1] !== newest) { this.version += 1 }
  }
}

// What the page knows of one athlete: the seat (name, limits), the row of now, the trend.
class Player {
  constructor(seat) {
    this.seat = seat
    this.row = null
    this.trends = {}
    this.tail = []
    this.sensors = []
    this.alert = null
    this.cue = ""
    this.waited = 0
  }

  get trend() { return this.trends.rate ?? null }
  get age() { return this.row ? this.row.age + this.waited : NaN }
  get live() {
    const row = this.row
    return row !== null && !Number.isNaN(row.rate) && this.age <= STALE_AFTER_S &&
      row.reason !== STALE && row.reason !== NOT_MEASURED
  }
  get rate() { return this.live ? this.row.rate : NaN }
  get share() { return this.rate / this.seat.max_hr }
  get zone() { return this.live ? this.row.zone : 0 }
  get over() { return this.seat.limit !== null && this.rate > this.seat.limit }
  get poor() { return this.live && this.row.quality < 0.7 }
  // Time to the line not to cross as the twin expects it, 0 above it. [s]
  get limit_in() {
    if (this.over) { return 0 }
    return this.live && !this.poor && this.waited <= STALE_AFTER_S ? this.row.limit_in : NaN
  }
  get soon() { return this.limit_in > 0 && this.limit_in < Infinity }
  // 1 at the line not to cross; without a line the maximum stands for it.
  get closeness() { return this.rate / (this.seat.limit ?? this.seat.max_hr) }
  fresh(name) { return this.row && this.waited <= STALE_AFTER_S ? this.row[name] : NaN }

  take(row, time) {
    this.row = row
    this.waited = 0
    for (const [name, scale] of Object.entries(TREND_SCALES)) {
      this.trends[name] ??= new Trend(null, time)
      const value = name === "rate" ? this.rate : row[name]
      this.trends[name].add(time, Math.min(BETWEEN - 1, Math.round(value / scale)))
    }
    if (!Number.isNaN(row.latitude)) {
      this.tail.push([row.latitude, row.longitude])
      if (this.tail.length > 15) { this.tail.shift() }
    }
  }
}
