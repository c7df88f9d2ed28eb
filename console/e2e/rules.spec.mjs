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
    await page.locator(".flyout .found").first().waitFor();
    const id = new URL(page.url()).searchParams.get("id");
    await shoot(page, "rule-en-dark");
    await checkAccess(page, "rule");
    await page.getByRole("tab", { name: "Test" }).click();
    await page.getByRole("button", { name: "Use its last alert's record" }).click();
    await until(async () => (await page.locator(".flyout .cm-content:visible").first().innerText()).length > 20, "the record to be filled in");
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
    await page.locator(".flyout .cm-content:visible").first().click();
    await page.keyboard.insertText('{"message":"nothing of interest"}');
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.locator(".verdict").waitFor();
    assert.match(await page.locator(".flyout").innerText(), /does not match[\s\S]*First part that failed/);
    await done();
  },
  "a level is set here, the author's stays beside it": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules");
    await ready(page);
    const { items } = await ask(page, "GET", "/rules?limit=500");
    const r = items.find((x) => x.kind === "rule" && x.fired === 1 && x.level === "high" && x.severity === "high");
    await go(`/rules?id=${r.id}`);
    const level = async (word) => {
      await page.locator(".flyout .level-pick").click();
      await page.locator(".ant-select-dropdown .severity", { hasText: word }).click();
    };
    await level("Low");
    await page.locator(".flyout").getByText("Author's level: High").waitFor();
    assert.deepEqual((({ severity, level: l }) => [severity, l])(await ask(page, "GET", `/rules/${r.id}`)), ["low", "high"]);
    await shoot(page, "rule-level-en-dark");
    await level("High");
    await page.locator(".flyout").getByText("Author's level").waitFor({ state: "detached" });
    await done();
  },
  "a correlation says what it counts, and its alert why it fired": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules?kind=correlation");
    await page.locator(".rule-row", { hasText: "SSH login after many refused ones" }).click();
    await page.locator(".flyout").getByText("One after the other").waitFor();
    await page.locator(".flyout .strip").first().waitFor();
    assert.match(await page.locator(".flyout .facts").innerText(), /source\.ip/);
    await shoot(page, "rule-correlation-en-dark");
    await checkAccess(page, "correlation");
    await page.locator(".flyout .found-head button").first().click();
    await page.locator(".found-body .boxed").getByText("Many SSH logins refused for one address").waitFor();
    await page.locator(".found-head a").first().click();
    await page.waitForURL(/incidents\/.*tab=evidence/);
    await page.locator(".ev-alert .boxed").getByText("One after the other").waitFor();
    assert.match(await page.locator(".ev-alert .attribution").innerText(), /Vedette/);
    await shoot(page, "alert-correlation-en-dark");
    await checkAccess(page, "alert of a correlation");
    await done();
  },
  "several rules are put in the shadow at once and back": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules?state=asleep");
    await ready(page);
    for (const n of [0, 1]) await page.locator(".rule-row input[type=checkbox]").nth(n).check();
    await page.getByText("2 selected").waitFor();
    await shoot(page, "rules-bulk-en-dark");
    await checkAccess(page, "a selection of rules");
    const bulk = (word) => page.locator(".screen-head.sub .ant-segmented").getByText(word, { exact: true }).click();
    await bulk("Off");
    const off = async () => (await ask(page, "GET", "/rules?limit=500")).items.filter((r) => r.state === "off");
    await until(async () => (await off()).length === 2, "two rules to be off");
    await go("/rules?state=off");
    await ready(page);
    await page.locator(".rule-head input[type=checkbox]").check();
    await bulk("Alert");
    await until(async () => (await off()).length === 0, "both to alert again");
    await done();
  },
  "filters and uploads": async (browser, state) => {
    // The ledger learns of a new rule a moment after the engine.
    const { page, go, done } = await openPage(browser, { state, allowed: [/404/] });
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
