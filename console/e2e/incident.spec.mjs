import { strict as assert } from "node:assert";
import { ask, checkAccess, openPage, portrait, shoot, until } from "./browser.mjs";

async function worst(browser, state) {
  const { page, go, done } = await openPage(browser, { state });
  await go("/today");
  await page.locator("nav.nav").waitFor();
  const { items } = await ask(page, "GET", "/incidents?sort=score&limit=1");
  await done();
  return items[0].id;
}

const ready = async (page) => {
  await page.locator(".story .cite").first().waitFor();
  await page.locator(".tl-row").first().waitFor();
  await page.locator(".gr-node").first().waitFor();
  await page.locator(".ev-alert .raw").waitFor();
};

export const tests = {
  "the page in both languages and themes": async (browser, state) => portrait(browser, state, "incident", `/incidents/${await worst(browser, state)}`, ready),
  "a footnote leads to the raw record with what matched": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go(`/incidents/${await worst(browser, state)}`);
    await ready(page);
    await page.locator(".story .cite").nth(1).click();
    await page.waitForURL(/alert=/);
    await page.locator(".ev-alert .raw").waitFor();
    assert.ok(await page.locator(".ev-alert mark").count() > 0 || await page.locator(".ev-alert tr.hit").count() > 0, "nothing in the record is marked");
    await shoot(page, "incident-evidence-en-dark");
    await checkAccess(page, "evidence");
    await page.locator("body").press("2");
    const points = await page.locator(".waterfall b.right").allInnerTexts();
    const numbers = points.map((p) => Number(p.replace("−", "-").replace("+", "")));
    const total = numbers.pop();
    assert.equal(Math.min(100, numbers.reduce((a, b) => a + b, 0)), total, "the waterfall adds up");
    await shoot(page, "incident-score-en-dark");
    await checkAccess(page, "score");
    await done();
  },
  "timeline and graph light up together": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go(`/incidents/${await worst(browser, state)}`);
    await ready(page);
    await page.locator(".gr-node").first().hover();
    await page.locator(".tl-row.fade").first().waitFor();
    await page.locator(".inc-top").hover();
    await until(async () => (await page.locator(".tl-row.fade").count()) === 0, "the timeline to calm down");
    await page.locator(".tl-row").first().hover();
    await page.locator(".react-flow__node.fade").first().waitFor();
    await done();
  },
  "an address is blocked as a lease, approved and undone": async (browser, state) => {
    const id = await worst(browser, state);
    const { page, go, done } = await openPage(browser, { state });
    await go(`/incidents/${id}?tab=actions`);
    await page.locator(".inc-tabs").waitFor();
    await page.locator("body").press("b");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    const address = dialog.getByLabel("Address or network");
    await address.fill("192.0.2.211");
    await dialog.getByLabel("Reason").fill("Browser test of the lease");
    for (const word of ["What", "Where", "Until", "Undo"]) assert.ok((await dialog.innerText()).includes(word), `the dialog does not say ${word}`);
    await shoot(page, "block-en-dark");
    await checkAccess(page, "block dialog");
    await dialog.getByRole("button", { name: "Propose block" }).click();
    const row = page.locator(".list-table tr", { hasText: "192.0.2.211" }).first();
    await row.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Agreed");
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    const action = await until(async () => (await ask(page, "GET", "/actions?target=192.0.2.211")).items.find((a) => a.state === "active"), "the action to be in force");
    assert.ok(action.expires, "a lease ends");
    await row.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Test is over");
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await until(async () => (await ask(page, "GET", `/actions/${action.id}`)).state === "undone", "the action to be undone");
    await go("/actions");
    await page.locator(".list-table tbody tr").first().waitFor();
    await shoot(page, "actions-en-dark");
    await checkAccess(page, "actions");
    await done();
  },
  "a proposed action is rejected with a reason": async (browser, state) => {
    const id = await worst(browser, state);
    const { page, go, done } = await openPage(browser, { state });
    await go("/today");
    await page.locator("nav.nav").waitFor();
    const action = await ask(page, "POST", "/actions", { kind: "block_address", target: "192.0.2.212", incident_id: id, reason: "Browser test of a rejection", ttl_seconds: 600 });
    await go(`/incidents/${id}?tab=actions`);
    const row = page.locator(".list-table tr", { hasText: "192.0.2.212" }).first();
    await row.getByRole("button", { name: "Reject" }).click();
    const dialog = page.getByRole("dialog");
    assert.ok(await dialog.getByRole("button", { name: "Reject" }).isDisabled(), "a rejection needs a reason");
    await dialog.getByLabel("Reason").fill("It is one of ours");
    await dialog.getByRole("button", { name: "Reject" }).click();
    await until(async () => (await ask(page, "GET", `/actions/${action.id}`)).state === "rejected", "the action to be rejected");
    await row.getByText("Rejected").waitFor();
    await done();
  },
  "files and processes unfold on their host": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go(`/incidents/${await worst(browser, state)}`);
    await ready(page);
    const before = await page.locator(".gr-node").count();
    const sizes = await page.locator(".gr-name").evaluateAll((all) => all.map((el) => (el.getBoundingClientRect().height / el.offsetHeight) * Number.parseFloat(getComputedStyle(el).fontSize)));
    assert.ok(Math.min(...sizes) >= 11, `the smallest name in the graph is ${Math.min(...sizes).toFixed(1)} px`);
    await page.locator(".gr-fold").first().click();
    await until(async () => (await page.locator(".gr-node").count()) > before, "the host's processes to be drawn");
    await page.locator(".gr-fold.on").first().click();
    await until(async () => (await page.locator(".gr-node").count()) === before, "them to be folded again");
    await done();
  },
  "a note is kept and the log says who did what": async (browser, state) => {
    const { page, go, done } = await openPage(browser, { state });
    await go(`/incidents/${await worst(browser, state)}?tab=notes`);
    await page.getByLabel("Add note").fill("Seen in a browser test.");
    await page.getByRole("button", { name: "Add note" }).click();
    await page.locator(".notes li", { hasText: "Seen in a browser test." }).first().waitFor();
    await page.getByRole("tab", { name: "Log" }).click();
    await page.locator(".inc-tabs .list-table tbody tr").first().waitFor();
    await page.locator(".top").hover();
    await until(async () => (await page.locator(".tl-row.fade").count()) === 0, "nothing to be pointed at");
    await checkAccess(page, "log");
    await done();
  },
};
