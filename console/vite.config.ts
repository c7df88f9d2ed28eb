import react from "@vitejs/plugin-react";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Writes a .gz beside each asset that gains by it, so that the server need not compress. */
function precompress(): Plugin {
  const visit = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) visit(path);
      else if (/\.(js|css|svg|json)$/.test(name)) {
        const data = readFileSync(path);
        const packed = gzipSync(data, { level: 9 });
        if (packed.length < data.length * 0.9) writeFileSync(`${path}.gz`, packed);
      }
    }
  };
  return { name: "precompress", apply: "build", closeBundle: () => visit(join(import.meta.dirname, "dist")) };
}

const server = process.env.VEDETTE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), precompress()],
  build: { target: "es2023", modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1200 },
  server: { proxy: { "/api": server, "/healthz": server } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], restoreMocks: true },
});
