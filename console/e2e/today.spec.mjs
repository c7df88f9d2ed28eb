import { strict as assert } from "node:assert";
import { openPage, portrait } from "./browser.mjs";

const ready = async (page) => {
  await page.locator(".area-needs .need").first().waitFor();
  await page.locator(".area-hours canvas").waitFor();
};

export const tests = {
  "the screen in both languages and themes": (browser, state) => portrait(browser, state, "today", "/today", ready),
  "its numbers open what is behind them": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    const start = Date.now();
    await go("/today");
    await page.locator(".area-needs .need").first().waitFor();
    assert.ok(Date.now() - start < 5000, `first screen took ${Date.now() - start} ms`);
    await page.locator(".area-speed .tally").first().click();
    await page.waitForURL(/\/incidents\?.*severity=critical/);
    await page.goBack();
    await page.locator("a.need .severity").first().click();
    await page.waitForURL(/\/incidents\/[^?]+/);
    await done();
  },
  "keys go from screen to screen, the palette finds, the theme and language turn": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    await page.locator(".area-needs").waitFor();
    for (const [key, path] of [["i", "incidents"], ["h", "hunt"], ["r", "rules"], ["n", "intel"], ["s", "sources"], ["a", "actions"], ["t", "today"]]) {
      await page.locator("body").press("g");
      await page.locator("body").press(key);
      await page.waitForURL(new RegExp(`/${path}`));
    }
    await page.locator("body").press("?");
    await page.locator(".help-grid").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".help-grid").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.locator(".palette-input").fill("rules");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/rules/);
    await page.getByRole("button", { name: "切换到中文" }).click();
    assert.equal(await page.locator("h1").innerText(), "规则");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
    await page.getByRole("button", { name: "浅色主题" }).click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
    await done();
  },
};
