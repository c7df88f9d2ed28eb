// What every browser test shares: a Chromium, a logged-in page that fails on console errors, pictures, axe.
import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const settings = {
  url: (process.env.VEDETTE_URL ?? "").replace(/\/$/, ""),
  user: process.env.VEDETTE_USER ?? "admin",
  password: process.env.VEDETTE_PASSWORD ?? "",
  fresh: process.env.VEDETTE_NEW_PASSWORD ?? "correct-horse-battery-staple-42",
  shots: process.env.VEDETTE_SHOTS ?? "",
  chromium: process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p)) ?? "",
};

export async function openBrowser() {
  return chromium.launch({ executablePath: settings.chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"] });
}

/** Failures that a test provokes itself, by what the browser says of them. */
const provoked = (text, allowed) => allowed.some((pattern) => pattern.test(text));

/** A page in the wanted language and theme. Any console error that was not asked for fails the test at the end. */
export async function openPage(browser, { state, language = "en", theme = "dark", allowed = [] } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState: state, ignoreHTTPSErrors: true, locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });
  await context.addInitScript(([l, t]) => {
    if (!localStorage.getItem("vedette.language")) localStorage.setItem("vedette.language", l);
    if (!localStorage.getItem("vedette.theme")) localStorage.setItem("vedette.theme", t);
  }, [language, theme]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors = [];
  page.on("console", (m) => { if (m.type() === "error" && !provoked(m.text(), allowed)) errors.push(m.text()); });
  page.on("pageerror", (e) => errors.push(`${e.name}: ${e.message}`));
  await context.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) => console.error(`policy: ${e.violatedDirective} ${e.sourceFile}:${e.lineNumber}:${e.columnNumber} ${e.target?.outerHTML?.slice(0, 200) ?? ""}`)));
  const go = (path) => page.goto(settings.url + path, { waitUntil: "domcontentloaded" });
  const done = async () => {
    await context.close();
    assert.deepEqual(errors, [], "the page wrote errors to the console");
  };
  return { page, context, go, done };
}

/** Fails on serious and critical findings of axe. */
export async function checkAccess(page, what) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return result.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => ({ rule: v.id, help: v.help, where: v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} — ${n.any[0]?.message ?? n.failureSummary ?? ""}`) }));
  });
  assert.deepEqual(found, [], `axe finds serious violations on ${what}`);
}

export async function shoot(page, name) {
  if (!settings.shots) return;
  mkdirSync(settings.shots, { recursive: true });
  await page.screenshot({ path: join(settings.shots, `${name}.png`) });
}

/** Takes the picture of a screen in both languages and both themes, and checks each with axe. */
export async function portrait(browser, state, name, path, ready) {
  for (const [language, theme] of [["en", "dark"], ["zh", "light"], ["en", "light"], ["zh", "dark"]]) {
    const { page, go, done } = await openPage(browser, { state, language, theme });
    await go(path);
    await ready(page);
    await page.waitForLoadState("load");
    await shoot(page, `${name}-${language}-${theme}`);
    await checkAccess(page, `${name} ${language} ${theme}`);
    await done();
  }
}

/** Polls until the question is answered with something true. */
export async function until(ask, what, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `waited ${ms} ms for ${what}`);
    await new Promise((next) => { setTimeout(next, 100); });
  }
}

/** Asks the API with the page's session. */
export const ask = (page, method, path, body) => page.evaluate(async ([m, p, b]) => {
  const content = b ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(b) } : {};
  const res = await fetch(`/api/v1${p}`, { method: m, ...content });
  const text = await res.text();
  if (!res.ok) throw new Error(`${m} ${p}: ${res.status} ${text.slice(0, 300)}`);
  return text ? JSON.parse(text) : undefined;
}, [method, path, body]);
