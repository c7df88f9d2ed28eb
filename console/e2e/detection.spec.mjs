// Detection as people meet it: a rule is written, checked, tried on the past, rolled out and fires; what is not seen is shown.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

/** Sends records as a client would, with a token made for it. */
async function send(page, source, records) {
  const token = await ask(page, "POST", "/tokens", { name: `browser-${crypto.randomUUID().slice(0, 8)}`, scopes: ["ingest"] });
  const res = await fetch(`${settings.url}/ingest/v1/events?source=${source}`, { method: "POST", headers: { Authorization: `Bearer ${token.token ?? token.secret}` }, body: records.map((r) => JSON.stringify(r)).join("\n") });
  assert.equal(res.status, 200, await res.text());
}

const started = (image, command, user = "WORK\\anna") => ({ Event: {
  System: { Provider: { "#attributes": { Name: "Microsoft-Windows-Sysmon" } }, EventID: 1, Channel: "Microsoft-Windows-Sysmon/Operational", Computer: "desk-77.work.example", TimeCreated: { "#attributes": { SystemTime: new Date().toISOString() } } },
  EventData: { UtcTime: new Date().toISOString().replace("T", " ").replace("Z", ""), Image: image, CommandLine: command, User: user, ProcessId: 4242, ParentImage: "C:\\Windows\\explorer.exe" },
} });

const title = "Trader was started with another profile";
const rule = (id, condition) => `title: ${title}
id: ${id}
status: experimental
description: Somebody runs the trading program with a profile that is not the default.
author: browser test
date: 2026-01-02
tags:
  - attack.execution
  - attack.t1204.002
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\trader.exe'
  condition: ${condition}
falsepositives:
  - Brokers with two profiles
level: high
`;

/** Replaces the editor's text as a person would: all of it, at once. */
async function write(page, text) {
  await page.locator(".editor-text .cm-content").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press("ControlOrMeta+v");
}

export const tests = {
  "a rule is written, linted, backtested, rolled out, and fires": async (browser, state) => {
    // The ledger learns of a new rule some seconds after the engine.
    const { page, go, done } = await openPage(browser, { state, allowed: [/404/] });
    const id = crypto.randomUUID();
    await go("/rules");
    await page.getByRole("button", { name: "New rule" }).click();
    await page.locator(".editor-text .cm-content").waitFor();
    await page.getByText("1 rule can run").waitFor();
    await portrait(browser, state, "rule-editor", "/rules/edit", (p) => p.locator(".editor-foot .text-good").waitFor());
    await write(page, rule(id, "selektion"));
    await page.getByText("It cannot run yet.").waitFor();
    await page.locator(".lint-list").getByText("selektion").waitFor();
    assert.equal(await page.getByRole("button", { name: "Save", exact: true }).isDisabled(), true, "what cannot run is not saved");
    await shoot(page, "rule-editor-problem-en-dark");
    // A remark with a clear replacement is put right by a click.
    await write(page, rule(id, "selection").replace("status: experimental", "status: experimentl"));
    await page.locator(".lint-list").getByRole("button", { name: /^Apply/ }).click();
    await until(async () => !(await page.locator(".editor-text .cm-content").innerText()).includes("experimentl"), "the suggestion to stand in the text");
    await write(page, rule(id, "selection"));
    await page.getByText("1 rule can run").waitFor();
    // Records that it must match, and must not, are judged again after every change.
    await page.getByRole("tab", { name: "Test", exact: true }).click();
    const record = async (text, button) => {
      await page.locator(".editor-side .cm-content:visible").click();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(text);
      await page.getByRole("button", { name: button, exact: true }).click();
    };
    await record(JSON.stringify(started("C:\\Program Files\\Haiyun\\Trader\\trader.exe", "\"trader.exe\" --profile other")), "must match");
    await record(JSON.stringify(started("C:\\Program Files\\Haiyun\\Trader\\trader.exe", "\"trader.exe\" --profile default")), "must not match");
    await page.getByText("1 of 2 as expected").waitFor();
    await shoot(page, "rule-samples-en-dark");
    await checkAccess(page, "samples");
    await page.getByRole("tab", { name: "Backtest" }).click();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator(".editor-side .figure").waitFor();
    const figure = Number((await page.locator(".editor-side .figure").innerText()).replace(/[^\d.]/g, ""));
    assert.ok(figure > 0, "the rule matches what the company's brokers do all day");
    await shoot(page, "rule-backtest-en-dark");
    await checkAccess(page, "backtest");
    // It matches too much, so it is narrowed before it is let run.
    const narrow = rule(id, "selection and not usual").replace("  condition:", "  usual:\n    CommandLine|contains: '--profile default'\n  condition:");
    await write(page, narrow);
    await page.getByText("1 rule can run").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("It would not have fired.").waitFor();
    await page.getByRole("tab", { name: "Test", exact: true }).click();
    await page.getByText("2 of 2 as expected").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await until(() => new URL(page.url()).searchParams.get("id") === id, "the rule to be saved under its id");
    assert.equal((await ask(page, "GET", `/rules/${id}`)).stage, "shadow", "a new rule begins in the shadow");
    await send(page, "browser-desk", [started("C:\\Program Files\\Haiyun\\Trader\\trader.exe", "\"trader.exe\" --profile other")]);
    await until(async () => (await ask(page, "GET", `/alerts?rule=${id}&shadow=true`)).items?.length === 1, "the alert in the shadow");
    assert.equal((await ask(page, "GET", `/alerts?rule=${id}`)).items?.length ?? 0, 0, "an alert in the shadow reaches nobody");
    await go(`/rules?id=${id}`);
    await page.locator(".found .badge", { hasText: "Shadow" }).waitFor();
    await shoot(page, "rule-shadow-en-dark");
    await checkAccess(page, "a rule in the shadow");
    await page.getByRole("button", { name: "Let it alert" }).click();
    await until(async () => (await ask(page, "GET", `/rules/${id}`)).stage === "alert", "the rule to alert");
    await send(page, "browser-desk", [started("C:\\Program Files\\Haiyun\\Trader\\trader.exe", "\"trader.exe\" --profile second")]);
    const fired = await until(async () => (await ask(page, "GET", `/alerts?rule=${id}`)).items?.[0], "the alert");
    assert.equal(fired.rule_title, title);
    assert.ok(fired.incident_id, "it is folded into an incident");
    await go(`/rules?id=${id}`);
    await page.locator(".flyout h2").getByText(title).waitFor();
    await shoot(page, "rule-fired-en-dark");
    await done();
  },
  "an exception is previewed, hides, and is taken back": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules");
    await page.locator("nav.nav").waitFor();
    const mine = (await ask(page, "GET", `/rules?q=${encodeURIComponent("Trader was started")}`)).items[0];
    const alert = (await ask(page, "GET", `/alerts?rule=${mine.id}`)).items[0];
    await go(`/incidents/${alert.incident_id}?alert=${alert.id}`);
    await page.getByText("Never alert on this again").click();
    await page.locator(".ant-modal").waitFor();
    await page.locator(".ant-modal textarea").fill("The second profile belongs to the training desk.");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText(/would have been hidden/).waitFor();
    await shoot(page, "exception-en-dark");
    await checkAccess(page, "exception");
    await page.getByRole("button", { name: "Add exception" }).click();
    await page.locator(".list-table .badge").getByText("In force").waitFor();
    await shoot(page, "exceptions-en-dark");
    await checkAccess(page, "exceptions");
    await send(page, "browser-desk", [started("C:\\Program Files\\Haiyun\\Trader\\trader.exe", "\"trader.exe\" --profile second")]);
    await until(async () => (await ask(page, "GET", "/exceptions")).items.some((e) => e.rule_id === mine.id && e.hidden >= 1), "the exception to have hidden something");
    assert.equal((await ask(page, "GET", `/alerts?rule=${mine.id}`)).items.length, 1, "no second alert");
    await page.getByRole("button", { name: "Remove" }).first().click();
    await page.locator(".ant-popconfirm .ant-btn-dangerous").click();
    await until(async () => !(await ask(page, "GET", "/exceptions")).items?.some((e) => e.rule_id === mine.id), "the exception to be gone");
    await done();
  },
  "the matrix of ATT&CK": async (browser, state) => {
    await portrait(browser, state, "attack", "/rules/attack", (page) => page.locator(".attack-matrix .cell.fired").first().waitFor());
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules/attack");
    await page.locator(".attack-matrix .cell.fired").first().click();
    await page.locator(".flyout table tr").first().waitFor();
    await shoot(page, "attack-technique-en-dark");
    await checkAccess(page, "technique");
    await done();
  },
  "the ledger": async (browser, state) => {
    await portrait(browser, state, "ledger", "/rules/ledger", (page) => page.locator(".beat.evaluated").first().waitFor());
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules/ledger");
    await page.locator(".ledger-row .name").first().click();
    await page.locator(".flyout table tbody tr").first().waitFor();
    await go("/rules/ledger?rule=db383d8e-77c1-5461-b818-644d7dbf0f1a");
    await page.locator(".strip .beat").first().waitFor();
    await shoot(page, "ledger-rule-en-dark");
    await checkAccess(page, "ledger of a rule");
    await go("/rules/ledger");
    await page.locator(".ledger-row .name").first().click();
    await page.locator(".flyout table tbody tr").first().waitFor();
    await shoot(page, "ledger-source-en-dark");
    await checkAccess(page, "ledger of a source");
    await done();
  },
  "what would wake sleeping rules": async (browser, state) => {
    await portrait(browser, state, "asleep", "/rules/asleep", (page) => page.locator(".wake-list a").first().waitFor());
    const { page, go, done } = await openPage(browser, { state });
    await go("/rules/attack");
    await page.getByRole("link", { name: "What would wake them" }).click();
    await page.locator(".list-table").getByText("aws/cloudtrail").waitFor();
    await page.locator("input").first().fill("no-such-source");
    await page.getByRole("button", { name: "Clear filter" }).click();
    await page.locator(".wake-list a").first().click();
    await page.locator(".flyout .verdict").getByText("No event of").waitFor();
    await done();
  },
  "an indicator is added, fires, and is allowed": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/intel");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.locator(".ant-modal input.mono").fill("hxxp://drop[.]browser-test[.]example/a.bin");
    await page.locator(".ant-modal-footer .ant-btn-primary").click();
    await page.locator(".list-table").getByText("drop.browser-test.example").first().waitFor();
    const added = (await ask(page, "GET", "/intel/indicators?q=browser-test")).items[0];
    assert.equal(added.kind, "url");
    await send(page, "browser-proxy", [{ "@timestamp": new Date().toISOString(), message: "GET", url: { full: "http://drop.browser-test.example/a.bin" }, source: { ip: "10.20.3.7" } }]);
    await until(async () => (await ask(page, "GET", "/intel/sightings")).items?.some((s) => s.indicator_id === added.id), "the sighting");
    await go("/intel?tab=sightings");
    await page.locator(".list-table").getByText("browser-test.example").first().waitFor();
    await shoot(page, "intel-sightings-en-dark");
    await go(`/intel?id=${added.id}`);
    await page.locator(".flyout .ageing circle").waitFor();
    await shoot(page, "indicator-en-dark");
    await checkAccess(page, "indicator");
    await done();
    await portrait(browser, state, "intel", "/intel", (p) => p.locator(".list-table tbody tr").first().waitFor());
    await portrait(browser, state, "intel-feeds", "/intel?tab=feeds", (p) => p.locator(".head-tab.active").waitFor());
    await portrait(browser, state, "intel-allow", "/intel?tab=allow", (p) => p.locator(".list-table tbody tr").first().waitFor());
  },
};
