import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot } from "./browser.mjs";

const ready = (page) => page.locator(".list-table.rows tbody tr").first().waitFor();

export const tests = {
  "the screen in both languages and themes": (browser, state) => portrait(browser, state, "sources", "/sources", ready),
  "a source tells how it is": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/sources");
    await ready(page);
    await page.locator(".list-table.rows tbody tr").first().click();
    await page.locator(".flyout .facts").waitFor();
    await shoot(page, "source-en-dark");
    await checkAccess(page, "source");
    await page.keyboard.press("Escape");
    await page.locator(".flyout").waitFor({ state: "detached" });
    await done();
  },
  "a new source is configured, and its first record shows raw and understood": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/sources?add=1");
    await page.locator(".add-clients button").first().waitFor();
    await page.locator(".add-clients button").nth(1).click();
    assert.ok((await page.locator(".add-grid .raw").first().innerText()).length > 20, "there is nothing to paste");
    await page.getByText("Waiting for a record").waitFor();
    await checkAccess(page, "add source");
    const name = `browser-test-${Date.now()}`;
    const token = await ask(page, "POST", "/tokens", { name, scopes: ["ingest"] });
    const res = await fetch(`${settings.url}/ingest/v1/events?source=${name}`, { method: "POST", headers: { Authorization: `Bearer ${token.secret ?? token.token}`, "Content-Type": "application/x-ndjson", "X-Vedette-Source": name }, body: `{"message":"hello from ${name}","host":{"name":"${name}"}}\n` });
    assert.ok(res.ok, `ingest said ${res.status} ${await res.text()}`);
    await page.locator(".add-source .verdict.good").waitFor({ timeout: 20_000 });
    await page.locator(".add-source .pair .raw").first().waitFor();
    await shoot(page, "add-source-en-dark");
    await done();
  },
};
