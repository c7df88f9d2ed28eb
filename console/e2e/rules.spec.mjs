import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, shoot, until } from "./browser.mjs";

const ready = (page) => page.locator(".rule-row").first().waitFor();

export const tests = {
  "the screen in both languages and themes": (browser, state) => portrait(browser, state, "rules", "/rules", ready),
  "a rule is read, tested on its last record, switched off and on": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules");
    await ready(page);
    await page.locator(".rule-row").first().click();
    await page.locator(".flyout .cm-content").waitFor();
    const id = new URL(page.url()).searchParams.get("id");
    await shoot(page, "rule-en-dark");
    await checkAccess(page, "rule");
    await page.getByRole("tab", { name: "Test" }).click();
    await page.getByRole("button", { name: "Use its last alert's record" }).click();
    await until(async () => (await page.locator(".flyout .cm-content").first().innerText()).length > 20, "the record to be filled in");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.locator(".verdict").waitFor();
    await shoot(page, "rule-test-en-dark");
    await checkAccess(page, "rule test");
    const stage = (word) => page.locator(".flyout .ant-segmented").getByText(word, { exact: true }).click();
    await stage("Off");
    await until(async () => (await ask(page, "GET", `/rules/${encodeURIComponent(id)}`)).state === "off", "the rule to be off");
    await stage("Alert");
    await until(async () => (await ask(page, "GET", `/rules/${encodeURIComponent(id)}`)).state === "live", "the rule to be live again");
    await done();
  },
  "a rule is let to respond by itself after a question, and held back again": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules");
    await ready(page);
    await page.locator(".rule-row").first().click();
    const stage = (word) => page.locator(".flyout .ant-segmented").getByText(word, { exact: true }).click();
    await page.locator(".flyout .ant-segmented").waitFor();
    const id = new URL(page.url()).searchParams.get("id");
    const auto = async () => (await ask(page, "GET", `/rules/${encodeURIComponent(id)}`)).stage === "auto";
    assert.equal(await auto(), false, "rules recommend until someone says otherwise");
    await stage("Automatic");
    await page.locator(".ant-modal-confirm").waitFor();
    await shoot(page, "rule-auto-en-dark");
    await checkAccess(page, "question before a rule responds");
    await page.locator(".ant-modal-confirm").getByRole("button", { name: "Cancel" }).click();
    assert.equal(await auto(), false, "a cancelled question changes nothing");
    await stage("Automatic");
    await page.locator(".ant-modal-confirm .ant-btn-dangerous").click();
    await until(auto, "the rule to respond by itself");
    await page.locator('.rule-row.shown .badge:has-text("Automatic")').waitFor({ state: "attached" });
    await stage("Alert");
    await until(async () => !(await auto()), "the rule to wait for a person again");
    await done();
  },
  "a pasted record that does not match says why": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules");
    await ready(page);
    await page.locator(".rule-row").first().click();
    await page.getByRole("tab", { name: "Test" }).click();
    await page.locator(".flyout .cm-content").first().click();
    await page.keyboard.insertText('{"message":"nothing of interest"}');
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.locator(".verdict").waitFor();
    assert.match(await page.locator(".flyout").innerText(), /does not match[\s\S]*First part that failed/);
    await done();
  },
  "filters and uploads": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules?q=zz-no-such-rule");
    await page.getByRole("button", { name: "Clear filter" }).click();
    await ready(page);
    const yaml = "title: Browser test rule\nid: 7b1f6c1e-5d0e-4d7d-9a52-0f4a3a2f9e11\nstatus: test\nlevel: low\nlogsource:\n  product: linux\n  service: sshd\ndetection:\n  selection:\n    user.name: nobody-by-this-name\n  condition: selection\n";
    await page.locator("input[type=file]").setInputFiles({ name: "browser-test.yml", mimeType: "application/yaml", buffer: Buffer.from(yaml) });
    await until(async () => (await ask(page, "GET", "/rules?q=Browser%20test%20rule")).items.length === 1, "the rule to be loaded");
    await go("/rules?q=Browser%20test%20rule");
    await page.locator(".rule-row").first().click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.locator(".ant-popconfirm").getByRole("button", { name: "Delete" }).click();
    await until(async () => (await ask(page, "GET", "/rules?q=Browser%20test%20rule")).items.length === 0, "the rule to be gone");
    await done();
  },
};
