// Entities as people meet them: the list by risk, a page whose points add up, names and sessions, and what people say of it.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, settings, shoot, until } from "./browser.mjs";

const pathOf = (e) => `/entities/${e.kind}/${encodeURIComponent(e.name)}`;

/** The entity of a kind with the highest risk, once incidents were weighed. */
const riskiest = (page, kind) => until(async () => (await ask(page, "GET", `/entities?sort=risk&kind=${kind}&limit=1`)).items.find((e) => e.risk > 0), `a ${kind} at risk`, 30_000);

/** Sends records as a client would, with a token made for it. */
async function send(page, source, records) {
  const token = await ask(page, "POST", "/tokens", { name: `browser-${crypto.randomUUID().slice(0, 8)}`, scopes: ["ingest"] });
  const res = await fetch(`${settings.url}/ingest/v1/events?source=${source}`, { method: "POST", headers: { Authorization: `Bearer ${token.token ?? token.secret}` }, body: records.map((r) => JSON.stringify(r)).join("\n") });
  assert.equal(res.status, 200, await res.text());
}

export const tests = {
  "the list puts the highest risk first, and the keyboard opens a page": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/entities");
    await riskiest(page, "host");
    await page.locator(".entity-rows tbody tr").first().waitFor();
    const risks = await page.locator(".entity-rows td.entity-risk b").allTextContents();
    assert.deepEqual(risks.map(Number), risks.map(Number).sort((a, b) => b - a), "the list is not in the order of risk");
    await page.locator("body").press("j");
    await page.locator("body").press("j");
    const name = await page.locator(".entity-rows tr.shown .name").innerText();
    await page.locator("body").press("Enter");
    await page.waitForURL(/\/entities\/\w+\/.+/);
    await until(async () => (await page.locator("h1").innerText()).includes(name.trim()), "the page of the entity");
    await page.locator("body").press("Escape");
    await page.waitForURL(/\/entities$/);
    await page.getByRole("textbox", { name: "Part of a name" }).fill("no such thing anywhere");
    await page.getByText("Nothing matches").or(page.getByRole("button", { name: "Clear filter" })).first().waitFor();
    await shoot(page, "entities-empty-filter");
    await done();
  },

  "the risk adds up, tells its past by keyboard, and leads to incidents and the hunt": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    const host = await riskiest(page, "host");
    const user = await riskiest(page, "user");
    const answer = await ask(page, "GET", pathOf(host));
    assert.equal(answer.risk.contributions.reduce((n, c) => n + c.points, 0), answer.risk.now, "the contributions do not add up to the risk");
    assert.equal(answer.risk.series.at(-1).score, answer.risk.now);
    await go(pathOf(host));
    const chart = page.getByRole("slider", { name: /Risk over the last 30 days/ });
    await chart.focus();
    await chart.press("ArrowLeft");
    await page.locator(".risk-tip").waitFor();
    await chart.press("End");
    assert.match(await chart.getAttribute("aria-valuetext"), new RegExp(`Risk ${answer.risk.now}`));
    await shoot(page, "entity-hover");
    const points = await page.locator(".contributions td.points b").allTextContents();
    assert.equal(points.reduce((n, p) => n + Number(p), 0), Number(await page.locator(".contributions tfoot b").innerText()));
    await checkAccess(page, "entity with its chart open");
    await page.getByRole("button", { name: "Hunt in events" }).click();
    await page.waitForURL(/\/hunt\?.*query=/);
    await go(pathOf(user));
    await page.getByRole("region", { name: "Sessions" }).locator("tbody tr").first().waitFor();
    await page.locator(".lane-bar.session").first().waitFor();
    await page.locator("button.lane-bar").first().click();
    await page.waitForURL(/\/incidents\/inc-/);
    await done();
  },

  "criticality and owner are said where they stand, and the risk follows": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    const list = await until(async () => { const all = (await ask(page, "GET", "/entities?sort=risk&limit=200")).items.filter((e) => e.risk > 5 && e.risk < 60); return all.length ? all : undefined; }, "an entity with a middling risk", 30_000);
    const one = list[0];
    await go(pathOf(one));
    await page.getByRole("button", { name: "Criticality and owner" }).click();
    await page.getByLabel("Criticality", { exact: true }).press("Enter");
    await page.locator(".ant-select-item-option").filter({ hasText: "The house stops without it" }).click();
    await page.getByLabel("Owner", { exact: true }).fill("Zhang Min");
    await page.getByLabel("Department", { exact: true }).fill("Finance");
    await shoot(page, "entity-edit");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved. Triage weighs by it").waitFor();
    await page.locator(".said").getByText("Zhang Min").waitFor();
    const after = await ask(page, "GET", pathOf(one));
    assert.equal(after.criticality, 4);
    assert.ok(after.risk.now > one.risk, `the risk stays at ${after.risk.now}`);
    const listed = (await ask(page, "GET", `/entities?owner=${encodeURIComponent("Zhang Min")}`)).items;
    assert.equal(listed.length, 1);
    const log = await ask(page, "GET", "/audit?limit=20");
    assert.ok(log.items.some((e) => e.what === "entity.update" && e.detail.includes("Zhang Min")), "the edit is not in the audit log");
    await ask(page, "PATCH", pathOf(one), { criticality: -1, owner: "", department: "" });
    await done();
  },

  "names that two claim are shown, not merged": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    const now = () => new Date().toISOString();
    const says = (host) => ({ "@timestamp": now(), host: { name: host, ip: ["10.20.77.7"] }, agent: { type: "winlogbeat" }, event: { code: "1", provider: "Microsoft-Windows-Sysmon" }, winlog: { channel: "Microsoft-Windows-Sysmon/Operational", provider_name: "Microsoft-Windows-Sysmon", event_id: "1", computer_name: `${host}.haiyun.example`, event_data: { Image: "C:\\a.exe", User: "HAIYUN\\twin" } } });
    await send(page, "twins", [says("twin-a"), says("twin-b")]);
    await until(async () => (await ask(page, "GET", "/entities?q=10.20.77.7")).items.length === 1 && (await ask(page, "GET", "/entities/address/10.20.77.7")).aliases.length === 2, "both machines", 30_000);
    await go("/entities/address/10.20.77.7");
    await page.locator(".conflict").first().waitFor();
    assert.equal(await page.locator(".conflict").count(), 2);
    await shoot(page, "entity-conflict");
    await go("/entities/host/twin-a");
    await page.getByText("At the same time also twin-b").waitFor();
    await done();
  },

  "a list of assets is imported, and what cannot be used is told": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/entities");
    const csv = "名称,类型,重要性,负责人,部门,标签\nerp-01,主机,核心,李伟,财务部,pci;erp\nerp-02,主机,紧要,李伟,财务部,\n";
    await page.locator("input[type=file]").setInputFiles({ name: "assets.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByText("1 entity updated").waitFor();
    await page.getByText("Line 3").waitFor();
    await shoot(page, "entities-import");
    const erp = await ask(page, "GET", "/entities/host/erp-01");
    assert.equal(erp.criticality, 4);
    assert.equal(erp.owner, "李伟");
    assert.equal(erp.imported, true);
    await done();
  },

  "an unknown name, an error and a reader without permission are met": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state, allowed: [/404/, /500/, /503/, /403/, /Failed to load/] });
    await go("/entities/host/nobody-ever");
    await page.getByText("Nothing is known of it.").waitFor();
    await shoot(page, "entity-unknown");
    await checkAccess(page, "an unknown entity");
    await page.route("**/api/v1/entities/**", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "/api#unavailable", title: "Service Unavailable", status: 503, code: "unavailable", detail: "the state database is away" }) }));
    await go("/entities/host/dc-01");
    await page.getByRole("button", { name: "Try again" }).or(page.getByRole("button", { name: "Retry" })).first().waitFor();
    await shoot(page, "entity-error");
    await page.unroute("**/api/v1/entities/**");
    await page.route("**/api/v1/session", async (route) => { const res = await route.fetch(); const s = await res.json(); await route.fulfill({ response: res, json: { ...s, role: "viewer", permissions: ["read"] } }); });
    await page.reload();
    await page.locator(".said").first().waitFor();
    assert.equal(await page.getByRole("button", { name: "Criticality and owner" }).count(), 0, "a reader is offered to edit");
    await shoot(page, "entity-reader");
    await done();
  },

  "what is usual is told in both languages, with what it stands on": async (browser, state) => {
    for (const [language, title, feature, learning] of [["en", "What is usual", "Accounts on the host", "still learning"], ["zh", "日常基线", "主机上的账号", "仍在学习"]]) {
      const { page, go, done } = await openPage(browser, { state, language });
      await go("/entities/host/dc-01");
      const panel = page.locator(".panel", { hasText: title }).filter({ has: page.locator(".usual-list") });
      await panel.getByText(feature, { exact: true }).waitFor();
      assert.ok(await panel.locator(".usual-list .chip, .usual-list .tag").count() > 0, "no value is named");
      assert.ok(await panel.getByText(learning).count() > 0, "after a day the hours of the week are taken for learned");
      await panel.scrollIntoViewIfNeeded();
      await shoot(page, `entity-usual-${language}`);
      await checkAccess(page, `what is usual, ${language}`);
      await done();
    }
  },

  "waiting has the shape of the page": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await page.route("**/api/v1/entities/host/**", async (route) => { await new Promise((next) => { setTimeout(next, 1500); }); await route.continue().catch(() => undefined); });
    await go("/entities/host/dc-01");
    await page.locator(".entity-grid .ant-skeleton").first().waitFor();
    await shoot(page, "entity-loading");
    await done();
  },

  "portraits": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    const host = await riskiest(page, "host");
    const user = await riskiest(page, "user");
    await done();
    await portrait(browser, state, "entities", "/entities", (p) => p.locator(".entity-rows tbody tr").first().waitFor());
    await portrait(browser, state, "entity-host", pathOf(host), (p) => p.locator(".contributions tfoot").waitFor());
    await portrait(browser, state, "entity-user", pathOf(user), (p) => p.locator(".lanes").waitFor());
    await portrait(browser, state, "entity-quiet", "/entities/host/dc-01", (p) => p.locator(".peer-list, .entity-side").first().waitFor());
  },
};
