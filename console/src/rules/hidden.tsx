import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { ask, itemsOf } from "../api/queries";
import type { RuleStatus } from "../api/vocabulary";
import { useSession } from "../app/session";
import { ExceptionDialog } from "../detection/exception";
import { useT } from "../i18n";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/icons";
import { Ask, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** The exceptions that hold for a rule: its own, and those for every rule. */
export function HiddenPanel({ rule }: { rule: RuleStatus }) {
  const t = useT();
  const d = t.detection.exceptions;
  const { may } = useSession();
  const query = useQuery(ask.exceptions());
  const [adding, setAdding] = useState(false);
  const [now] = useState(() => Date.now());
  const add = may("write") && <Button icon={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>{d.add}</Button>;
  return (
    <>
      <Ask query={query} rows={3}>
        {(page) => {
          const mine = itemsOf(page).filter((e) => e.rule_id === rule.id || e.rule_id === "");
          if (mine.length === 0) return <Empty title={d.empty} lead={d.lead}>{add}</Empty>;
          return (
            <div className="column">
              <table className="list-table compact">
                <thead><tr><th>{d.selection}</th><th>{d.reason}</th><th>{d.expires}</th><th className="right">{d.hidden}</th></tr></thead>
                <tbody>{mine.map((e) => (
                  <tr key={e.id} className={Date.parse(e.expires) <= now ? "quiet" : undefined}>
                    <td><pre className="mono selection">{e.selection.trim()}</pre>{!e.rule_id && <span className="badge calm">{d.every}</span>}</td>
                    <td className="wrap-any"><Link to="/rules/exceptions" search={{ id: e.id }}>{e.reason}</Link><div className="quiet">{e.owner}</div></td>
                    <td className="nowrap"><Time at={e.expires} />{Date.parse(e.expires) <= now && <div>{d.state.over}</div>}</td><td className="right">{formatCount(e.hidden)}</td>
                  </tr>
                ))}</tbody>
              </table>
              {add && <div>{add}</div>}
            </div>
          );
        }}
      </Ask>
      {adding && <ExceptionDialog rule={rule.id} onClose={() => setAdding(false)} />}
    </>
  );
}
