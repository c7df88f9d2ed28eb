// Serves the built console in front of a running server, so that a change can be looked at without building the binary:
// node tests/dev/front.mjs http://127.0.0.1:8480
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join } from "node:path";

const back = new URL(process.argv[2] ?? "http://127.0.0.1:8480");
const dist = join(import.meta.dirname, "../../dist");
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
createServer((req, res) => {
  const path = new URL(req.url, "http://x").pathname;
  if (/^\/(api|ingest|healthz)/.test(path)) {
    const on = request({ host: back.hostname, port: back.port, path: req.url, method: req.method, headers: { ...req.headers, host: back.host, ...(req.headers.origin ? { origin: back.origin } : {}) } }, (r) => { res.writeHead(r.statusCode, r.headers); r.pipe(res); });
    on.on("error", () => res.writeHead(502).end());
    res.on("close", () => on.destroy());
    req.pipe(on);
    return;
  }
  const file = join(dist, path);
  if (extname(file) && existsSync(file)) { res.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file)); return; }
  const nonce = randomBytes(16).toString("base64");
  res.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'` });
  res.end(readFileSync(join(dist, "index.html"), "utf8").replace("__CSP_NONCE__", nonce));
}).listen(Number(process.env.PORT ?? 8098), "127.0.0.1", () => console.log("ready"));
