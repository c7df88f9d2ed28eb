// Measures what people feel with very many incidents: the first screen, and scrolling. Prints one JSON object.
import { openBrowser, openPage } from "./browser.mjs";
import { enter } from "./login.spec.mjs";

const browser = await openBrowser();
const first = await openPage(browser, { allowed: [/401/] });
await first.go("/today");
await enter(first.page);
const state = await first.context.storageState();
await first.context.close();

/** Milliseconds from the start of navigation until the screen shows its data, in a browser that has nothing cached. */
async function firstScreen(path, ready) {
  const { page, context, go } = await openPage(browser, { state });
  await go(path);
  await page.locator(ready).first().waitFor();
  const ms = await page.evaluate(() => performance.now());
  await context.close();
  return Math.round(ms);
}

const today = [];
const list = [];
for (let i = 0; i < 5; i++) {
  today.push(await firstScreen("/today", "canvas"));
  list.push(await firstScreen("/incidents?view=all", "[role=row][aria-selected], [role=row] input"));
}

const { page, go } = await openPage(browser, { state });
await go("/incidents?view=all");
await page.locator("[role=row] input").first().waitFor();
const scroll = await page.evaluate(async () => {
  const box = [...document.querySelectorAll("*")].filter((e) => e.scrollHeight > e.clientHeight + 1000).sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
  if (!box) return { problem: "nothing scrolls" };
  const gaps = [];
  let last = performance.now();
  const begin = last;
  await new Promise((done) => {
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      box.scrollTop += 60;
      if (now - begin < 5000) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  gaps.sort((a, b) => a - b);
  // Then jump into the middle and to the end: rows must appear there too.
  const jumps = [];
  for (const part of [0.5, 1]) {
    const from = performance.now();
    box.scrollTop = box.scrollHeight * part;
    await new Promise((done) => {
      const look = () => {
        const rect = box.getBoundingClientRect();
        const at = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
        const row = at?.closest("[role=row]");
        if ((row && row.innerText.includes("Incident")) || performance.now() - from > 10_000) done(); else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    jumps.push(Math.round(performance.now() - from));
  }
  return {
    frames: gaps.length, fps: Math.round(gaps.length / 5), frame_p50_ms: +gaps[gaps.length >> 1].toFixed(1),
    frame_p95_ms: +gaps[Math.floor(gaps.length * 0.95)].toFixed(1), jump_middle_ms: jumps[0], jump_end_ms: jumps[1],
    height: box.scrollHeight, nodes: document.querySelectorAll("*").length,
  };
});
await browser.close();
const median = (a) => a.sort((x, y) => x - y)[a.length >> 1];
console.log(JSON.stringify({ first_today_ms: median(today), first_incidents_ms: median(list), ...scroll }));
