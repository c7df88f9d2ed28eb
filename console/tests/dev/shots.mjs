// Takes pictures of every screen: node tests/dev/shots.mjs <url> <folder> [lang] [theme] [only]
import { chromium } from "playwright-core";
import { mkdirSync } from "node:fs";

const [url, folder, lang = "en", theme = "dark", only = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const pages = {
  today: "/today", incidents: "/incidents", flyout: "/incidents?id=INC-2041", incident: "/incidents/INC-2041", evidence: "/incidents/INC-2041?tab=evidence&alert=a5", score: "/incidents/INC-2041?tab=score", actionstab: "/incidents/INC-2041?tab=actions",
  hunt: "/hunt", huntrow: "/hunt?event=1042-3&columns=source.ip,user.name", rules: "/rules", rule: "/rules?id=ssh-password-guessing", sources: "/sources", source: "/sources?id=http/erp", add: "/sources?add=1", actions: "/actions", peek: "/incidents?peek=address:203.0.113.9",
};
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addInitScript(([l, m]) => { localStorage.setItem("vedette.language", l); localStorage.setItem("vedette.theme", m); }, [lang, theme]);
for (const [name, path] of Object.entries(pages)) {
  if (only && !only.split(",").includes(name)) continue;
  const page = await context.newPage();
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") console.log(name, m.type(), m.text().slice(0, 300)); });
  page.on("pageerror", (e) => console.log(name, "PAGEERROR", e.message.slice(0, 400)));
  await page.goto(url + path);
  await page.waitForTimeout(Number(process.env.WAIT ?? 1800));
  await page.screenshot({ path: `${folder}/${name}-${lang}-${theme}.png`, fullPage: false });
  if (name === "evidence" || name === "score" || name === "actionstab") { await page.evaluate(() => document.querySelector(".inc-tabs")?.scrollIntoView()); await page.waitForTimeout(200); await page.screenshot({ path: `${folder}/${name}-${lang}-${theme}.png` }); }
  await page.close();
}
await browser.close();
