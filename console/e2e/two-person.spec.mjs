// A suppression of a critical rule needs two people: who proposes it cannot agree to it, until a second one does it hides nothing, and then it ends by itself.
import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, settings, shoot, until } from "./browser.mjs";
import { enter } from "./login.spec.mjs";

/** The rule of the starter pack about LSASS written out with comsvcs.dll, which is critical. */
const rule = "f9e62e9c-6a2d-5386-b3cd-e4122df28401";

/** A Sysmon record, as Winlogbeat sends it, of a command that a critical rule of the starter pack knows. */
const record = (host) => JSON.stringify({
  "@timestamp": new Date().toISOString(), agent: { type: "winlogbeat", version: "8.15.0" }, event: { code: "1", kind: "event", provider: "Microsoft-Windows-Sysmon" }, host: { name: host },
  winlog: {
    channel: "Microsoft-Windows-Sysmon/Operational", computer_name: `${host}.example`, event_id: "1", provider_name: "Microsoft-Windows-Sysmon",
    event_data: { CommandLine: "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\drill\\l.dmp full", Image: "C:\\Windows\\System32\\rundll32.exe", OriginalFileName: "RUNDLL32.EXE", ParentImage: "C:\\Windows\\System32\\cmd.exe", ProcessId: "815", User: "LAB\\drill" },
  },
});

async function send(page, host) {
  const token = await ask(page, "POST", "/tokens", { name: `two-${crypto.randomUUID().slice(0, 8)}`, scopes: ["ingest"] });
  const res = await fetch(`${settings.url}/ingest/v1/events?source=two-person`, { method: "POST", headers: { Authorization: `Bearer ${token.secret}`, "Content-Type": "application/x-ndjson" }, body: `${record(host)}\n` });
  assert.equal(res.status, 200, await res.text());
  await ask(page, "DELETE", `/tokens/${token.id}`);
}

const alertsOf = async (page, host) => (await ask(page, "GET", `/alerts?entity=host:${host}&limit=50`)).items.filter((a) => a.rule_id === rule);

/** What the server answers when the page's user asks it past the screen. */
const answer = (page, method, path) => page.evaluate(async ([m, p]) => (await fetch(`/api/v1${p}`, { method: m })).status, [method, path]);

export const tests = {
  "a critical suppression is proposed by one and agreed to by another": async (browser, state) => {
    const host = `drill-${Date.now().toString(36)}`;
    const { page, go, done } = await openPage(browser, { state, allowed: [/403/, /409/] });
    await go("/today");
    await page.locator("nav.nav").waitFor();
    // The first person proposes.
    await go(`/noise?add=1&rule=${rule}`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Entities").fill(`host:${host}`);
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Reason").fill("Agreed drill of the red team on this machine.");
    await dialog.getByText("7 days", { exact: true }).click();
    await dialog.getByText("The rule is critical: a second person must agree.").waitFor();
    await checkAccess(page, "the dialog of a critical suppression");
    await shoot(page, "two-person-propose-en-dark");
    await dialog.getByRole("button", { name: "Propose to a second person" }).click();
    await dialog.waitFor({ state: "detached" });
    const mine = (await ask(page, "GET", "/suppressions?limit=500")).items.find((s) => s.entities.some((e) => e.name === host));
    assert.equal(mine.state, "waiting");

    // Alone it comes to nothing: not by the screen, not past it.
    await go("/noise?tab=suppressions");
    const row = page.locator(".suppressions tr", { hasText: host });
    await row.getByText("Waits for a second person").waitFor();
    await row.getByText("Somebody else must agree: you proposed it.").waitFor();
    assert.equal(await row.getByRole("button", { name: "Agree" }).count(), 0, "who proposed it is offered to agree");
    await shoot(page, "two-person-waiting-en-dark");
    assert.ok([403, 409].includes(await answer(page, "POST", `/suppressions/${mine.id}/approve`)), "the server lets one person alone agree");
    assert.equal((await ask(page, "GET", "/suppressions?limit=500")).items.find((s) => s.id === mine.id).state, "waiting");
    await send(page, host);
    const [seen] = await until(async () => { const all = await alertsOf(page, host); return all.length > 0 && all; }, "the alert of the drill", 30_000);
    assert.ok(!seen.suppressed, "what only waits hides an alert");

    // The second person agrees.
    const analyst = `second-${Date.now().toString(36)}`;
    const made = await ask(page, "POST", "/users", { name: analyst, role: "analyst" });
    const second = await openPage(browser, { allowed: [/401/, /409/] });
    await second.go("/today");
    await enter(second.page, { user: analyst, password: made.password, fresh: settings.fresh });
    await second.go("/noise?tab=suppressions");
    const theirs = second.page.locator(".suppressions tr", { hasText: host });
    await theirs.getByRole("button", { name: "Agree" }).waitFor();
    await shoot(second.page, "two-person-agree-en-dark");
    await theirs.getByRole("button", { name: "Agree" }).click();
    await theirs.getByText("In force").waitFor();
    await theirs.getByText(`agreed by ${analyst}`).waitFor();
    await checkAccess(second.page, "an agreed suppression");
    await shoot(second.page, "two-person-agreed-en-dark");
    assert.equal(await answer(second.page, "POST", `/suppressions/${mine.id}/approve`), 409, "it is agreed to twice");
    await second.done();

    // It is in force, names both, hides what comes, and ends by itself.
    const kept = (await ask(page, "GET", "/suppressions?limit=500")).items.find((s) => s.id === mine.id);
    const { name } = await ask(page, "GET", "/session");
    assert.deepEqual([kept.state, kept.proposed_by, kept.second_by], ["active", name, analyst]);
    const days = (Date.parse(kept.expires) - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days < 7.1, `it ends in ${days} days`);
    await send(page, host);
    await until(async () => (await alertsOf(page, host)).some((a) => a.suppressed === mine.id), "the next alert to be hidden by it", 30_000);
    await page.reload();
    await row.getByText("In force").waitFor();
    await row.getByRole("button", { name: "Remove" }).click();
    await page.locator(".ant-popconfirm, .ant-popover").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" }).catch(() => undefined);
    await until(async () => !(await ask(page, "GET", "/suppressions?limit=500")).items.some((s) => s.id === mine.id && s.state === "active"), "it to be gone");
    await done();
  },
};
