import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, shoot, until } from "./browser.mjs";

const ready = async (page) => {
  await page.locator(".grid-row").first().waitFor();
  await page.locator(".hunt-bars canvas").waitFor();
  await page.locator(".hunt-field").first().waitFor();
};

async function type(page, text) {
  await page.locator(".hunt-query .cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Run" }).click();
}

export const tests = {
  "the screen in both languages and themes": (browser, state) => portrait(browser, state, "hunt", "/hunt?since=7d", ready),
  "a query narrows, a value filters, a row opens": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/hunt?since=7d");
    await ready(page);
    const field = page.locator(".hunt-field", { hasText: "host.name" }).locator("button").first();
    await field.click();
    const value = page.locator(".hunt-value").first();
    await value.waitFor();
    const name = (await value.innerText()).split("\n")[0].trim();
    await value.click();
    await page.waitForURL(/query=/);
    assert.ok(new URL(page.url()).searchParams.get("query").includes(`host.name:="${name}"`), page.url());
    await page.locator(".grid-row").first().waitFor();
    await page.locator(".grid-row").first().click();
    await page.locator(".flyout .list-table").waitFor();
    await shoot(page, "hunt-event-en-dark");
    await checkAccess(page, "hunt with an event");
    await page.locator(".flyout").getByText("JSON", { exact: true }).click();
    await page.locator(".flyout .cm-content").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".flyout").waitFor({ state: "detached" });
    await done();
  },
  "a broken query is shown under the place": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state, allowed: [/400/] });
    await go("/hunt?since=7d");
    await ready(page);
    await type(page, 'user.name:="x" AND (');
    await page.locator(".hunt-fault").waitFor();
    await page.locator(".cm-lintRange-error, .cm-lintPoint-error").first().waitFor();
    await shoot(page, "hunt-fault-en-dark");
    await type(page, "*");
    await page.locator(".grid-row").first().waitFor();
    await done();
  },
  "completes field names and scrolls far": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/hunt?since=7d");
    await ready(page);
    await page.locator(".hunt-query .cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("source.i");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "source.ip" }).first().waitFor();
    await page.keyboard.press("Escape");
    const before = await page.locator(".hunt-foot").innerText();
    await page.locator(".grid").evaluate((el) => { el.scrollTop = el.scrollHeight; });
    await until(async () => (await page.locator(".hunt-foot").innerText()) !== before, "more rows to be loaded");
    const total = (await ask(page, "GET", "/events/histogram?query=*")).total;
    assert.ok(total > 1000, "the demo has events");
    await done();
  },
};
