// What a browser remembers for all pages: who watches, whether alerts sound and are spoken.

function remembered(key) { try { return localStorage.getItem(key) ?? "" } catch { return "" } }
function remember(key, value) { try { localStorage.setItem(key, value) } catch { /* private window */ } }
