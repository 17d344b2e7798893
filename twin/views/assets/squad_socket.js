// Frames over the socket that all viewers share; while they come, the page's own line rests.

const SILENT_MS = 4000 // a frame comes every 1.5 s at least
const AGAIN_MS = 10000
const REMIND_MS = 2000

class FrameSocket {
  constructor(model) {
    this.model = model
    this.told = 0
    this.timer = setInterval(() => this.check(), 1000)
    this.open()
  }

  open() {
    const address = new URL(this.model.socket, location.href)
    address.protocol = address.protocol.replace("http", "ws")
    this.heard = performance.now()
    this.socket = new WebSocket(address)
    this.socket.binaryType = "arraybuffer"
    this.socket.onmessage = (event) => this.take(event.data)
    this.socket.onclose = () => this.lost()
  }

  take(frame) {
    this.heard = performance.now()
    if (!this.alive) { this.tell(true) }
    this.taking = true
    this.model.data.setv({frame}, {sync: false})
    this.taking = false
  }

  // The page's own line spoke: a new session behind the page does not know of the socket yet.
  remind() {
    if (this.alive && !this.taking && performance.now() - this.told > REMIND_MS) { this.tell(true) }
  }

  tell(alive) {
    this.alive = alive
    this.told = performance.now()
    this.model.send_msg({command: "socket", alive})
  }

  check() {
    const waited = performance.now() - this.heard
    if (this.alive && waited > SILENT_MS) { this.tell(false) }
    if (this.socket.readyState === WebSocket.CLOSED && waited > AGAIN_MS) { this.open() }
  }

  lost() { if (this.alive) { this.tell(false) } }

  close() {
    clearInterval(this.timer)
    this.alive = false
    this.socket.close()
  }
}
