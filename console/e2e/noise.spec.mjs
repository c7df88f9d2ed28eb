// Noise as people meet it: verdicts propose a suppression, its preview says what it costs, it ends by itself; the budget is asked for and shown; the ratio never stands without recall.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

/** Sends lines of an SSH server as a client would, with a token made for it. */
async function send(page, lines) {
  const token = await ask(page, "POST", "/tokens", { name: `noise-${crypto.randomUUID().slice(0, 8)}`, scopes: ["ingest"] });
  const body = lines.map((text) => JSON.stringify({ message: text, timestamp: new Date().toISOString() })).join("\n");
  const res = await fetch(`${settings.url}/ingest/v1/events?source=noise-test`, { method: "POST", headers: { Authorization: `Bearer ${token.token ?? token.secret}` }, body });
  assert.equal(res.status, 200, await res.text());
}

const host = "lab-scanner-01";
const accepted = (from) => `<38>${new Date().toUTCString().replace(/^\w+, (\d+) (\w+) \d+ ([\d:]+) GMT$/, (_, d, m, t) => `${m} ${String(Number(d)).padStart(2, " ")} ${t}`)} ${host} sshd[4242]: Accepted password for scanner from ${from} port 4242 ssh2`;

/** Incidents of the test's machine, each called false. */
async function judge(page, times) {
  for (let n = 1; n <= times; n++) {
    const from = `192.0.2.${10 + n}`;
    await send(page, [accepted(from)]);
    const found = await until(async () => (await ask(page, "GET", `/incidents?entity=host:${host}&status=open`)).items?.[0], `incident ${n} of ${host}`, 30_000);
    await ask(page, "PATCH", `/incidents/${found.id}`, { status: "closed", verdict: "false_positive" });
  }
}

export const tests = {
  "the ratio never stands without recall": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    await page.locator(".folded-pair").getByText(/Recall not measured yet|of attack steps found/).waitFor();
    await go("/noise");
    const run = page.getByRole("button", { name: /Run the replay|Run again/ });
    await run.click();
    await page.locator(".published-facts").waitFor();
    const report = await ask(page, "GET", "/noise");
    assert.ok(report.recall.steps_total >= 40 && report.recall.attacks_total >= 8, "the world has its attacks");
    assert.equal(report.why.reduce((n, w) => n + w.alerts, 0), report.alerts, "every alert is counted once");
    await page.getByText(`${report.recall.steps_found} of ${report.recall.steps_total} steps`, { exact: true }).waitFor();
    await go("/today");
    await page.locator(".folded-pair").getByText("of attack steps found in the last replay").waitFor();
    await checkAccess(page, "today with recall");
    await shoot(page, "today-recall-en-dark");
    await done();
  },
  "verdicts propose a suppression, and it is made with an end": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/noise?tab=suppressions");
    await page.getByText("Proposed by verdicts").waitFor();
    await judge(page, 3);
    await page.reload();
    const row = page.locator(".proposal", { hasText: host });
    await row.waitFor();
    await row.getByText("true attacks lost").waitFor();
    await portrait(browser, state, "noise-proposals", "/noise?tab=suppressions", (p) => p.locator(".proposal").first().waitFor());
    await row.getByRole("button", { name: "Look and suppress…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^3 alerts in 3 incidents$/).waitFor();
    await dialog.getByText("No alert of a true attack would have been lost.").waitFor();
    await dialog.getByText("7 days", { exact: true }).click();
    await checkAccess(page, "the dialog of a suppression");
    await shoot(page, "noise-dialog-en-dark");
    await dialog.getByRole("button", { name: "Suppress", exact: true }).click();
    const made = page.locator(".suppressions tr", { hasText: host });
    await made.getByText("In force").waitFor();
    await made.getByText("from verdicts").waitFor();
    await until(async () => !(await row.isVisible()), "the proposal to be answered");
    const [suppression] = (await ask(page, "GET", "/suppressions?state=active")).items.filter((s) => s.entities.some((e) => e.name === host));
    const days = (Date.parse(suppression.expires) - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days < 7.1, `it ends in ${days} days`);
    // From now on the same alert is stored, counted, and in no incident.
    await send(page, [accepted("192.0.2.99")]);
    await until(async () => (await ask(page, "GET", "/suppressions?state=active")).items.some((s) => s.id === suppression.id && s.hidden > 0), "the hidden alert to be counted", 30_000);
    assert.equal((await ask(page, "GET", `/incidents?entity=host:${host}&status=open`)).items?.length ?? 0, 0, "a suppressed alert made an incident");
    const alerts = (await ask(page, "GET", `/alerts?entity=host:${host}`)).items;
    assert.ok(alerts.some((a) => a.suppressed === suppression.id), "the suppressed alert is stored and names its suppression");
    await portrait(browser, state, "noise-suppressions", "/noise?tab=suppressions", (p) => p.locator(".suppressions tbody tr").first().waitFor());
    await done();
  },
  "a budget is asked for, and what came of it is shown": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/noise");
    const field = page.getByRole("spinbutton", { name: "Incidents a day" });
    await field.fill("2");
    await field.press("Tab");
    await page.locator(".dial-outcome").getByText(/would put the line at \d+/).waitFor();
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText(/The line is at \d+/).waitFor();
    await page.locator(".budget-figures").getByText("asked for a day").waitFor();
    const budget = await ask(page, "GET", "/noise/budget");
    assert.equal(budget.per_day, 2);
    assert.equal(await page.locator(".budget-figures .figure").nth(2).innerText(), String(budget.line.score));
    await portrait(browser, state, "noise", "/noise", async (p) => { await p.locator(".funnel-row").first().waitFor(); await p.locator(".published-facts").waitFor(); });
    await portrait(browser, state, "today-ratio", "/today", (p) => p.locator(".folded-pair").waitFor());
    await done();
  },
  "somebody who may only look is offered nothing": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await page.route("**/api/v1/session", async (route) => {
      const res = await route.fetch();
      const body = await res.json();
      await route.fulfill({ response: res, json: { ...body, role: "viewer", permissions: ["read"] } });
    });
    await go("/noise");
    await page.locator(".screen-head .read-only").waitFor();
    await page.locator(".funnel-row").first().waitFor();
    assert.equal(await page.locator(".dial").count(), 0);
    assert.equal(await page.getByRole("button", { name: /Suppress…|Run again|Use it/ }).count(), 0);
    await shoot(page, "noise-viewer-en-dark");
    await done();
  },
};
