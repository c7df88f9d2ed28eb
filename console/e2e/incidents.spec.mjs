import { strict as assert } from "node:assert";
import { ask, openPage, portrait, until } from "./browser.mjs";

const rows = (page) => page.locator(".inc-row:not(.ghost)");

export const tests = {
  "the list and its flyout in both languages and themes": async (browser, state) => {
    await portrait(browser, state, "incidents", "/incidents?view=all", (page) => rows(page).first().waitFor());
    const { page, go, done } = await openPage(browser, { state });
    await go("/incidents?view=all");
    await rows(page).first().waitFor();
    const { items } = await ask(page, "GET", "/incidents?limit=1");
    await done();
    await portrait(browser, state, "incidents-flyout", `/incidents?view=all&id=${items[0].id}`, (p) => p.locator(".flyout .story").waitFor());
  },
  "is worked by keyboard alone": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/incidents?view=all&sort=last");
    await rows(page).first().waitFor();
    await page.keyboard.press("j");
    assert.equal(await page.locator(".inc-row.focused").count(), 1);
    await page.keyboard.press("Space");
    await page.locator(".flyout .story").waitFor();
    const first = new URL(page.url()).searchParams.get("id");
    await page.keyboard.press("j");
    await until(() => new URL(page.url()).searchParams.get("id") !== first, "the flyout to follow the row");
    await page.keyboard.press("x");
    await page.locator(".bulk").waitFor();
    const id = new URL(page.url()).searchParams.get("id");
    await page.keyboard.press("a");
    await until(async () => (await ask(page, "GET", `/incidents/${id}`)).status === "working", "the incident to be taken");
    await page.keyboard.press("c");
    await page.locator(".radio-list").waitFor();
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
    await until(async () => (await ask(page, "GET", `/incidents/${id}`)).status === "closed", "the incident to be closed");
    assert.equal((await ask(page, "GET", `/incidents/${id}`)).verdict, "benign_positive");
    assert.equal(await page.locator(".inc-row.shown.closed").count(), 1, "the closed row stays where it was");
    await page.keyboard.press("Escape");
    await page.locator(".flyout").waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/incidents/${id}`));
    const now = await ask(page, "GET", `/incidents/${id}`);
    await ask(page, "PATCH", `/incidents/${id}`, { status: "open", owner: "" });
    assert.equal(now.owner.length > 0, true);
    await done();
  },
  "filters by text, by severity and by a chip's menu": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/incidents?view=all");
    await rows(page).first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("zz-nothing-has-this-name");
    await page.getByRole("button", { name: "Clear filter" }).first().waitFor();
    await page.getByRole("button", { name: "Clear filter" }).first().click();
    await rows(page).first().waitFor();
    const chip = page.locator(".inc-row .chip").first();
    const name = await chip.innerText();
    await chip.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Filter for it" }).click();
    await page.waitForURL(/entity=/);
    assert.ok(decodeURIComponent(page.url()).includes(name));
    await rows(page).first().waitFor();
    await rows(page).first().locator(".chip").first().click();
    await page.locator(".ant-drawer .facts").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".ant-drawer .facts").waitFor({ state: "detached" });
    await done();
  },
};
