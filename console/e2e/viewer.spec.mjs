import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, settings, shoot } from "./browser.mjs";
import { enter } from "./login.spec.mjs";

/** Makes an account of a role and logs it in, in a context of its own. */
async function someone(browser, state, role) {
  const admin = await openPage(browser, { state });
  await admin.go("/today");
  await admin.page.locator("nav.nav").waitFor();
  const user = `${role}-${Date.now().toString(36)}`;
  const made = await ask(admin.page, "POST", "/users", { name: user, role });
  const { items } = await ask(admin.page, "GET", "/incidents?sort=score&limit=1");
  await admin.done();
  const visit = await openPage(browser, { allowed: [/401/] });
  await visit.go("/today");
  await enter(visit.page, { user, password: made.password, fresh: settings.fresh });
  return { ...visit, incident: items[0].id };
}

const writing = /^(Acknowledge|Merge…|Split…|Snooze|Make it a task|Add task|Reply|Assign|Contain|Close|Reopen|Approve|Reject|Undo|Add note|Add source|Upload rules|New rule|New exception|Let it alert|Add exception|Add|Import|Add feed|Allow a value|Remove|Read now|Delete|Block address|Block address…|Propose block)$/;

/** The buttons that change something and could be pressed. */
const pressable = (page) => page.locator("button:not([disabled])").evaluateAll((all, source) => all.map((b) => b.textContent.trim()).filter((x) => new RegExp(source).test(x)), writing.source);

export const tests = {
  "a viewer sees everything, changes nothing and is told who can grant more": async (browser, state) => {
    const { page, go, done, incident } = await someone(browser, state, "viewer");
    const screens = [
      ["/today", ".area-needs"], ["/incidents?view=all", ".inc-row"], [`/incidents?view=all&id=${incident}`, ".flyout .read-only"], [`/incidents/${incident}`, ".inc-top .read-only"], [`/incidents/${incident}?tab=actions`, ".inc-tabs"],
      [`/incidents/${incident}?tab=notes`, ".inc-tabs .read-only"], [`/incidents/${incident}?tab=score`, ".waterfall"], [`/incidents/${incident}?tab=similar`, ".inc-tabs .ant-tabs"], [`/incidents/${incident}?tab=log`, ".changes"], ["/hunt?since=7d", ".grid-row"], ["/rules", ".screen-head .read-only"], ["/rules/edit", ".screen-head .read-only"], ["/rules/exceptions", ".screen-head .read-only"], ["/rules/exceptions?id=new", ".screen-head .read-only"], ["/rules/attack", ".cell"], ["/rules/asleep", ".wake-list"], ["/rules/ledger", ".beat"], ["/intel", ".screen-head .read-only"], ["/intel?add=1", ".screen-head .read-only"], ["/intel?tab=feeds", ".screen-head .read-only"], ["/intel?tab=allow", ".screen-head .read-only"],
      ["/sources", ".screen-head .read-only"], ["/actions", ".screen-head .read-only"],
    ];
    for (const [path, mark] of screens) {
      await go(path);
      await page.locator(mark).first().waitFor();
      assert.deepEqual(await pressable(page), [], `${path} offers a viewer what the server refuses`);
    }
    await go("/rules");
    await page.locator(".rule-row").first().click();
    await page.locator(".flyout .read-only").waitFor();
    assert.equal(await page.locator(".flyout [role=switch]:not([disabled])").count(), 0);
    assert.equal(await page.locator(".flyout .ant-segmented, .flyout .level-pick, .rule-list input[type=checkbox]").count(), 0, "a viewer changes no rule");
    await shoot(page, "viewer-rule-en-dark");
    await go(`/incidents/${incident}`);
    await page.locator(".inc-top .read-only").waitFor();
    assert.match(await page.locator(".inc-top .read-only").innerText(), /administrator can grant/);
    for (const key of ["a", "c", "o", "e", "b", "m", "s", "z"]) await page.locator("body").press(key);
    assert.equal(await page.getByRole("dialog").count(), 0, "a key opens what a button would not");
    await shoot(page, "viewer-en-dark");
    await checkAccess(page, "an incident as a viewer sees it");
    const refused = await page.evaluate(async (id) => (await fetch(`/api/v1/incidents/${id}/log`)).status, incident);
    assert.equal(refused, 200, "a viewer reads the log");
    await done();
  },
  "an analyst works on incidents and is told who may respond": async (browser, state) => {
    const { page, go, done, incident } = await someone(browser, state, "analyst");
    await go(`/incidents/${incident}`);
    await page.locator(".inc-top").getByRole("button", { name: "Close" }).waitFor();
    assert.equal(await page.locator(".inc-top").getByRole("button", { name: "Contain" }).count(), 0);
    await go("/actions");
    await page.locator(".screen-head .read-only", { hasText: "Responder" }).waitFor();
    assert.deepEqual(await pressable(page), []);
    await done();
  },
};
