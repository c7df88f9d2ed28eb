// Runs the browser tests against a running server: VEDETTE_URL, VEDETTE_USER, VEDETTE_PASSWORD; pictures go to VEDETTE_SHOTS.
// Names on the command line choose some of them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openPage, settings, shoot } from "./browser.mjs";
import { enter } from "./login.spec.mjs";

const names = readdirSync(import.meta.dirname).filter((n) => n.endsWith(".spec.mjs")).sort();
const wanted = process.argv.slice(2);
const missing = !settings.url ? "VEDETTE_URL is not set" : !settings.password ? "VEDETTE_PASSWORD is not set" : !settings.chromium ? "no Chromium was found" : "";
if (missing) {
  console.log(`browser tests skipped: ${missing}`);
  console.log(`0 passed, 0 failed, ${names.length} skipped`);
  process.exit(0);
}

const browser = await openBrowser();
let passed = 0;
let failed = 0;
const report = async (name, run) => {
  const start = Date.now();
  try {
    await run();
    passed++;
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    for (const context of browser.contexts()) {
      for (const page of context.pages()) await shoot(page, `failed-${name.replace(/\W+/g, "-").slice(0, 60)}`).catch(() => undefined);
      await context.close().catch(() => undefined);
    }
    console.log(`FAIL  ${name}\n${String(error?.stack ?? error).split("\n").slice(0, 30).join("\n")}`);
  }
};

let state;
await report("enter", async () => {
  const { page, context, go, done } = await openPage(browser, { allowed: [/401/] });
  await go("/today");
  await enter(page);
  state = await context.storageState();
  state.origins = [];
  await done();
});
if (state) {
  for (const name of names) {
    if (wanted.length && !wanted.some((w) => name.startsWith(w))) continue;
    const spec = await import(join(import.meta.dirname, name));
    for (const [title, run] of Object.entries(spec.tests)) await report(`${name.replace(".spec.mjs", "")}: ${title}`, () => run(browser, state));
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
