import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { itemsOf } from "../api/queries";
import { ReadOnly } from "../app/readonly";
import { useSession } from "../app/session";
import { useLanguage, useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Severity } from "../ui/marks";
import { Ask, Empty, Panel } from "../ui/states";
import { askNoise, askProposals, askSuppressions, noiseDays, type NoiseReport, type NoiseRule } from "./ask";
import { BudgetPanel, JustBelow, useChosenTeam } from "./budget";
import { SuppressionDialog } from "./dialog";
import { RuleOrDetector } from "./detector";
import { FactDrawer } from "./factdrawer";
import { FactsTab } from "./facts";
import { Published } from "./recall";
import { SuppressionsTab } from "./suppressions";
import { TeamsPanel } from "./teams";
import "./noise.css";

const tabs = ["folded", "suppressions", "facts"] as const;

/** What was kept out of sight, why, and what that may have cost. */
export function NoiseScreen() {
  const t = useT();
  const n = t.noise;
  const search = useSearch({ from: "/noise" });
  const navigate = useNavigate({ from: "/noise" });
  const { may } = useSession();
  const tab = search.tab ?? "folded";
  const proposals = itemsOf(useQuery(askProposals()).data);
  const waiting = itemsOf(useQuery(askSuppressions()).data).filter((s) => s.state === "waiting").length + proposals.length;
  const set = (next: Partial<typeof search>) => void navigate({ search: (prev) => ({ ...prev, ...next }), replace: true });
  const chosen = proposals.find((p) => p.id === search.proposal);
  const close = () => set({ add: undefined, rule: undefined, proposal: undefined });
  return (
    <div className="screen">
      <div className="screen-head tabbed">
        <nav className="head-tabs" aria-label={n.tabs.label}>
          {tabs.map((name) => {
            const on = name === tab;
            const link = <Link key={name} to="/noise" search={name === "folded" ? {} : { tab: name }} className={on ? "head-tab active" : "head-tab"} activeProps={{ className: "" }} aria-current={on ? "page" : undefined}>{n.tabs[name]}{name === "suppressions" && waiting > 0 && <span className="nav-count">{waiting}</span>}</Link>;
            return on ? <h1 key={name}>{link}</h1> : link;
          })}
        </nav>
        {tab === "folded" && <span className="quiet">{n.span(noiseDays)}</span>}
        <span className="grow" />
        {may("write") ? <Button type={tab === "folded" ? "default" : "primary"} icon={<Icon name="plus" size={14} />} onClick={() => set({ add: tab === "facts" ? "fact" : "1" })}>{tab === "facts" ? n.facts.create : n.suppression.create}</Button> : <ReadOnly />}
      </div>
      {tab === "folded" ? <Folded /> : tab === "facts" ? <FactsTab /> : <SuppressionsTab />}
      {may("write") && search.add === "fact" && <FactDrawer onClose={close} />}
      {may("write") && (search.add !== undefined && search.add !== "fact" || chosen !== undefined) && <SuppressionDialog key={search.proposal ?? search.rule ?? "new"} proposal={chosen} rule={search.rule} onClose={close} />}
    </div>
  );
}

function Folded() {
  const query = useQuery(askNoise());
  return (
    <div className="padded">
      <Ask query={query} rows={14}>
        {(report) => (
          <div className="noise">
            <div className="noise-top"><Published report={report} /><Funnel report={report} /></div>
            <div className="noise-middle"><BudgetPanel report={report} /><Below report={report} /></div>
            <TeamsPanel report={report} />
            <ByRule rules={report.by_rule} />
          </div>
        )}
      </Ask>
    </div>
  );
}

function Below({ report }: { report: NoiseReport }) {
  return <JustBelow incidents={(useChosenTeam(report) ?? report.budget).just_below} />;
}

/** Each alert stands in one bar: together they are all alerts. */
function Funnel({ report }: { report: NoiseReport }) {
  const n = useT().noise.funnel;
  const all = Math.max(1, report.alerts);
  return (
    <Panel title={n.title} extra={<span className="quiet panel-note"><b>{formatCount(report.alerts)}</b> {n.alerts}</span>}>
      {report.alerts === 0 ? <Empty title={n.none} /> : (
        <>
          <dl className="funnel">
            {report.why.map((w) => (
              <div key={w.reason} className={`funnel-row is-${w.reason}`}>
                <dt>{n.reason[w.reason]}<span className="quiet">{n.hint[w.reason]}</span></dt>
                <dd><span className="meter"><i style={{ width: `${w.alerts === 0 ? 0 : Math.max(0.6, (w.alerts / all) * 100)}%` }} /></span><b>{formatCount(w.alerts)}</b></dd>
              </div>
            ))}
          </dl>
          <p className="quiet flush">{n.lead}</p>
        </>
      )}
    </Panel>
  );
}

function ByRule({ rules }: { rules: readonly NoiseRule[] }) {
  const n = useT().noise.rules;
  return (
    <Panel title={n.title} flush>
      {rules.length === 0 ? <Empty title={n.none} /> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={n.title}>
          <table className="list-table rows">
            <thead><tr><th>{n.rule}</th><th className="right">{n.alerts}</th><th className="right">{n.incidents}</th><th className="right">{n.below}</th><th className="right">{n.suppressed}</th><th>{n.falseShare}</th><th className="right" title={n.factorHint}>{n.factor}</th><th><span className="visually-hidden">{n.suppress}</span></th></tr></thead>
            <tbody>{rules.slice(0, 50).map((r) => <RuleRow key={r.rule_id} of={r} />)}</tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function RuleRow({ of: r }: { of: NoiseRule }) {
  const { t, pick } = useLanguage();
  const n = t.noise.rules;
  const { may } = useSession();
  const navigate = useNavigate({ from: "/noise" });
  const moved = Math.abs(r.factor - 1) >= 0.01;
  return (
    <tr>
      <td className="noise-rule"><Severity level={r.severity} bare /> <RuleOrDetector id={r.rule_id} title={pick(r.title)} /></td>
      <td className="right">{formatCount(r.alerts)}</td>
      <td className="right">{formatCount(r.incidents)}</td>
      <td className="right">{r.below === 0 ? <span className="quiet">0</span> : formatCount(r.below)}</td>
      <td className="right">{r.suppressed === 0 ? <span className="quiet">0</span> : formatCount(r.suppressed)}</td>
      <td>{r.judged === 0 ? <span className="quiet">{n.unjudged}</span> : <span className="share"><span className="meter"><i className={r.false_share >= 0.8 ? "hot" : undefined} style={{ width: `${r.false_share * 100}%` }} /></span>{Math.round(r.false_share * 100)} % <span className="quiet">{n.judged(r.judged)}</span></span>}</td>
      <td className="right" title={r.factor_why ? pick(r.factor_why) : undefined}>{moved ? <b className={r.factor < 1 ? "text-warn" : "text-good"}>× {r.factor.toFixed(2)}</b> : <span className="quiet">× 1</span>}</td>
      <td className="right">{may("write") && <Button size="small" onClick={() => void navigate({ search: (prev) => ({ ...prev, add: "1", rule: r.rule_id }) })}>{n.suppress}</Button>}</td>
    </tr>
  );
}
